"""The way into a page of one campaign or one event: permission, row, and the note that it was seen.

The admin site's `admin_view` sees to signing in.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from newsletter.admin.visibility import note_view

type View = Callable[..., HttpResponse]


def guarded_view(
    *methods: str,
    permission: str,
    to_read: str,
    known: Callable[[HttpRequest], QuerySet[Any]],
    url_of_page: Callable[..., str] | None = None,
    shows_row: bool = True,
) -> Callable[[View], View]:
    """Turn `view(request, row, …)` into a view that takes the row's id.

    Staff without the permission get a 403, and a row that doesn't exist, or that they may not know
    of, a 404, in that order, so that ids tell nothing.

    Args:
        methods: the HTTP methods that are answered.
        permission: the one that is needed to post.
        to_read: the one that is needed to read the page.
        known: selects the rows that the account may know of.
        url_of_page: for an address that is only posted to: takes the row, and what else the address
            names, and returns the URL of the page that its button stands on. Whoever reads the
            address, after signing in or by reloading, is led there.
        shows_row: whether somebody sees something of the row. Else nothing is noted.

    Raises:
        TypeError: the address is neither read nor leads to a page, or both.
    """
    if bool(url_of_page) is ("GET" in methods):
        raise TypeError("An address is read, or it leads to the page that its button stands on")

    def decorate(view: View) -> View:
        @require_http_methods([*methods, "GET", "HEAD"])
        @wraps(view)
        def wrapper(request: HttpRequest, row_id: int, **kwargs: Any) -> HttpResponse:
            posts = request.method == "POST"
            if not request.user.has_perm(permission if posts else to_read):
                raise PermissionDenied
            row: Model = get_object_or_404(known(request), pk=row_id)
            if url_of_page and not posts:
                return redirect(url_of_page(row, *kwargs.values()))
            answer = view(request, row, **kwargs)
            # What is posted may be answered by a page of the row, too.
            if shows_row and (not posts or not 300 <= answer.status_code < 400):
                note_view(row, request.user)
            return answer

        return wrapper

    return decorate
