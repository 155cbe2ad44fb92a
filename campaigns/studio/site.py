"""The staff site: django-unfold's admin with our policy, name and dashboard."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.csp import csp_override
from unfold.sites import UnfoldAdminSite

from campaigns.studio.pages.dashboard import dashboard
from newsletter.audit.record import record
from newsletter.brand.current import current_brand
from newsletter.epoch.hold import held
from staff.audit_actions import AccountAction
from staff.csp import STAFF_POLICY
from staff.second_factor.enforce import second_factor_required
from staff.second_factor.notice import second_factor_notice
from staff.sessions.sessions import forget_session
from staff.sign_in.redirect import login_redirect, requested_page
from staff.sign_in.view import SignInView

View = Callable[..., HttpResponseBase]


def site_title(request: HttpRequest) -> str:
    """Return the brand's short name, read once a request."""
    title: str | None = getattr(request, "_staff_title", None)
    if title is None:
        brand = current_brand()
        title = brand.short_name or brand.name
        request._staff_title = title  # type: ignore[attr-defined] # a note on the request, for this module alone
    return title


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
        asked = second_factor_required(_asked_without_nul(view))
        guarded: View = super().admin_view(asked, cacheable)
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
            "title": "Sign in",
            "app_path": request.path,
            REDIRECT_FIELD_NAME: destination,
            **(extra_context or {}),
        }
        view = SignInView.as_view(
            template_name=self.login_template,
            extra_context=context,
            frame=lambda: self.each_context(request),
        )
        guarded: Callable[..., HttpResponse] = never_cache(csp_override(STAFF_POLICY)(view))  # type: ignore[assignment] # Django's own view answers with pages and redirects
        return guarded(request)

    def logout(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if request.method == "POST" and request.user.is_authenticated:
            record(AccountAction.SIGNED_OUT, request.user, label=request.user.get_username())
            forget_session(request)
        page: HttpResponse = super().logout(request, extra_context)
        return page

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Lead to the page of one's own account, which has its own."""
        return redirect("account_password")

    def password_change_done(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return redirect("account")

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        page: HttpResponse = super().index(
            request,
            {
                **dashboard(request),
                "second_factor_notice": second_factor_notice(request.user),
                **(extra_context or {}),
            },
        )
        return page

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        context: dict[str, Any] = super().each_context(request)
        # The policy forbids the inline <style> in which unfold writes its colours. Ours are in
        # static/studio.css.
        context["colors"] = None
        context["hold"] = held()
        return context
