"""The 403 and 404 pages of the staff site."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views import defaults
from django.views.decorators.csp import csp_override

from staff.csp import STAFF_POLICY

FORBIDDEN, NOT_FOUND = 403, 404
TITLES = {FORBIDDEN: "You don’t have access to this page", NOT_FOUND: "Page not found"}


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer PermissionDenied: staff get a staff page, everybody else the public one."""
    if not _is_for_staff(request):
        return defaults.permission_denied(request, exception)
    return _staff_page(request, FORBIDDEN)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer Http404 likewise. What is hidden and what doesn't exist get the same page."""
    if not _is_for_staff(request):
        return defaults.page_not_found(request, exception)
    return _staff_page(request, NOT_FOUND)


def _is_for_staff(request: HttpRequest) -> bool:
    user = getattr(request, "user", None)
    is_staff = user is not None and user.is_active and user.is_staff
    return is_staff and request.path.startswith(reverse("admin:index"))


def _staff_page(request: HttpRequest, status: int) -> HttpResponse:
    page: HttpResponse = csp_override(STAFF_POLICY)(_page)(request, status)
    return page


def _page(request: HttpRequest, status: int) -> HttpResponse:
    context = {
        **admin.site.each_context(request),
        "title": TITLES[status],
        "is_missing": status == NOT_FOUND,
    }
    return render(request, "studio/error.html", context, status=status)
