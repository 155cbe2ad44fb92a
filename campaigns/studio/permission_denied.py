"""The 403 page of the staff site."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views import defaults
from django.views.decorators.csp import csp_override

from staff.csp import STAFF_POLICY

FORBIDDEN = 403


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer PermissionDenied: staff get a staff page, everybody else the public one."""
    is_staff = (
        getattr(request, "user", None) is not None
        and request.user.is_active
        and request.user.is_staff
    )
    if not (is_staff and request.path.startswith(reverse("admin:index"))):
        return defaults.permission_denied(request, exception)
    page: HttpResponse = csp_override(STAFF_POLICY)(_page)(request)
    return page


def _page(request: HttpRequest) -> HttpResponse:
    context = {**admin.site.each_context(request), "title": "You don’t have access to this page"}
    return render(request, "studio/permission_denied.html", context, status=FORBIDDEN)
