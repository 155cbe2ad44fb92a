"""The staff site: django-unfold's admin with our policy, our name and our dashboard."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.csp import csp_override
from unfold.sites import UnfoldAdminSite

from campaigns.studio.csp import STAFF_POLICY
from campaigns.studio.dashboard import dashboard
from campaigns.studio.guesses import REMEMBER_DEVICE, device_cookie
from campaigns.studio.way_in import asked_for, way_in
from newsletter.brand.current import current_brand
from newsletter.epoch.hold import held

View = Callable[..., HttpResponseBase]


def site_title(request: HttpRequest) -> str:
    """The brand's short name, read once a request."""
    title: str | None = getattr(request, "_staff_title", None)
    if title is None:
        brand = current_brand()
        title = brand.short_name or brand.name
        request._staff_title = title  # type: ignore[attr-defined] # a note on the request, for this module alone
    return title


def _remember_device(username: str, page: HttpResponse) -> None:
    """By a cookie for the sign-in page alone.

    It opens nothing; it only spares its owner the wait that others' guesses cause.
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


def _named(fields: QueryDict, leads_to: str) -> Any:
    """The fields with another `next`; Any, because the stubs want a request's own fields immutable."""
    named = fields.copy()
    named[REDIRECT_FIELD_NAME] = leads_to
    return named


class StaffSite(UnfoldAdminSite):  # type: ignore[misc] # unfold ships no types
    """`admin.site`. Every view of it, ours included, leaves with the staff policy."""

    index_title = "Dashboard"
    index_template = "studio/dashboard.html"
    login_template = "studio/login.html"
    enable_nav_sidebar = True

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        guarded: View = super().admin_view(view, cacheable)
        return csp_override(STAFF_POLICY)(guarded)

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        leads_to = way_in(asked_for(request))
        if request.method == "GET" and self.has_permission(request):
            return redirect(leads_to)
        # Django reads it from the form, or else from the address; both say the same from here on.
        request.GET = _named(request.GET, leads_to)
        request.POST = _named(request.POST, leads_to)
        context = {"app_path": request.path, REDIRECT_FIELD_NAME: leads_to, **(extra_context or {})}
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
        # unfold would write its colours into an inline <style>; ours stand in static/studio.css,
        # which the policy allows.
        context["colors"] = None
        context["hold"] = held()
        return context
