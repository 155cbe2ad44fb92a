"""The staff site: django-unfold's admin with our policy, our name and our dashboard."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.csp import csp_override
from unfold.sites import UnfoldAdminSite

from campaigns.studio.csp import STAFF_POLICY
from campaigns.studio.dashboard import dashboard
from newsletter.brand.current import current_brand

View = Callable[..., HttpResponseBase]


def site_title(request: HttpRequest) -> str:
    """The brand's short name, read once a request."""
    title: str | None = getattr(request, "_staff_title", None)
    if title is None:
        brand = current_brand()
        title = brand.short_name or brand.name
        request._staff_title = title  # type: ignore[attr-defined] # a note on the request, for this module alone
    return title


class StaffSite(UnfoldAdminSite):  # type: ignore[misc] # unfold ships no types
    """`admin.site`. Every view of it, ours included, leaves with the staff policy."""

    index_title = "Dashboard"
    index_template = "studio/dashboard.html"
    login_template = "studio/login.html"
    enable_nav_sidebar = True

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        guarded: View = super().admin_view(view, cacheable)
        return csp_override(STAFF_POLICY)(guarded)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        page: HttpResponse = csp_override(STAFF_POLICY)(super().login)(request, extra_context)
        return page

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        page: HttpResponse = super().index(request, {**dashboard(request), **(extra_context or {})})
        return page

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        context: dict[str, Any] = super().each_context(request)
        # unfold would write its colours into an inline <style>; ours stand in static/studio.css, which the policy allows.
        context["colors"] = None
        return context
