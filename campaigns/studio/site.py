"""The staff site: django-unfold's admin with our policy, name and dashboard."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.csp import csp_override
from unfold.sites import UnfoldAdminSite

from campaigns.studio.pages.dashboard import dashboard
from newsletter.brand.current import current_brand
from newsletter.epoch.hold import held
from staff.csp import STAFF_POLICY
from staff.sign_in.limits import REMEMBER_DEVICE, device_cookie
from staff.sign_in.redirect import login_redirect, requested_page

View = Callable[..., HttpResponseBase]


def site_title(request: HttpRequest) -> str:
    """Return the brand's short name, read once a request."""
    title: str | None = getattr(request, "_staff_title", None)
    if title is None:
        brand = current_brand()
        title = brand.short_name or brand.name
        request._staff_title = title  # type: ignore[attr-defined] # a note on the request, for this module alone
    return title


def _remember_device(username: str, page: HttpResponse) -> None:
    """Set a cookie, for the sign-in page alone, by which this device is known.

    It opens nothing. It spares the account's owner the wait that others' guesses cause.
    """
    name, value = device_cookie(username)
    path, age = reverse("admin:login"), REMEMBER_DEVICE
    page.set_cookie(
        name,
        value,
        max_age=age,
        path=path,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _with_next(fields: QueryDict, destination: str) -> Any:
    """Return the fields with another `next`.

    Any, because the stubs want a request's own fields immutable.
    """
    changed = fields.copy()
    changed[REDIRECT_FIELD_NAME] = destination
    return changed


def _without_nul(fields: QueryDict) -> Any:
    """Return the fields without the NUL character. Any, as in `_with_next`."""
    typed = fields.urlencode()
    if "%00" not in typed:
        return fields
    return QueryDict(typed.replace("%00", ""), encoding=fields.encoding)


def _asked_without_nul(view: View) -> View:
    """Pass NUL on to no view: PostgreSQL keeps none in a text, and refuses to look for one."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if "\x00" in request.path:
            raise Http404
        request.GET = _without_nul(request.GET)
        request.POST = _without_nul(request.POST)
        return view(request, *args, **kwargs)

    return wrapper


class StaffSite(UnfoldAdminSite):  # type: ignore[misc] # unfold ships no types
    """`admin.site`. Every view of it, ours included, carries the staff policy."""

    index_title = "Dashboard"
    index_template = "studio/dashboard.html"
    login_template = "studio/login.html"
    enable_nav_sidebar = True

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        guarded: View = super().admin_view(_asked_without_nul(view), cacheable)
        return csp_override(STAFF_POLICY)(guarded)

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        destination = login_redirect(requested_page(request))
        if request.method == "GET" and self.has_permission(request):
            return redirect(destination)
        # Django reads `next` from the form, or else from the query; now both say the same.
        request.GET = _with_next(request.GET, destination)
        request.POST = _with_next(request.POST, destination)
        context = {
            "app_path": request.path,
            REDIRECT_FIELD_NAME: destination,
            **(extra_context or {}),
        }
        page: HttpResponse = csp_override(STAFF_POLICY)(super().login)(request, context)
        if (
            request.method == "POST"
            and page.status_code == HTTPStatus.FOUND
            and request.user.is_authenticated
        ):
            _remember_device(request.user.get_username(), page)
        return page

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        page: HttpResponse = super().index(request, {**dashboard(request), **(extra_context or {})})
        return page

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        context: dict[str, Any] = super().each_context(request)
        # The policy forbids the inline <style> in which unfold writes its colours. Ours are in
        # static/studio.css.
        context["colors"] = None
        context["hold"] = held()
        return context
