"""The frame of the pages about accounts: who may open them, their policy, and their layout."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csp import csp_override
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters

from staff.csp import STAFF_POLICY

View = Callable[..., HttpResponseBase]


def open_page(view: View) -> View:
    """Make a page that opens before anybody has signed in."""
    guarded = never_cache(csrf_protect(sensitive_post_parameters()(view)))
    return csp_override(STAFF_POLICY)(guarded)


def staff_page(
    view: View, *, permission: str = "", page: str = "", keeps_arguments: bool = False
) -> View:
    """Make a page for whoever is signed in.

    Args:
        permission: the one that is needed, beyond being staff.
        page: for an address that is only posted to, the page that its button stands on.
        keeps_arguments: that page has the same arguments.
    """

    @sensitive_post_parameters()
    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if permission and not request.user.has_perm(permission):
            raise PermissionDenied
        if page and request.method != "POST":
            return redirect(page, *args, **kwargs) if keeps_arguments else redirect(page)
        return view(request, *args, **kwargs)

    return admin.site.admin_view(checked)


def framed(view: View, title: str) -> View:
    """Give a page of allauth's what our layout needs."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        answer = view(request, *args, **kwargs)
        if isinstance(answer, TemplateResponse):
            own = answer.context_data or {}
            answer.context_data = {**admin.site.each_context(request), "title": title, **own}
        return answer

    return wrapper


def render_page(
    request: HttpRequest, template: str, title: str, *, status: int = 200, **context: Any
) -> HttpResponse:
    """Render a page in the layout of the staff pages."""
    own = {**admin.site.each_context(request), "title": title, **context}
    return TemplateResponse(request, template, own, status=status)
