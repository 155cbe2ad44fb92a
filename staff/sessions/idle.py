"""Sessions end when they are idle, and when their row is gone."""

from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone

from staff.models import StaffSession
from staff.sessions.sessions import session_id

NOTED_EVERY = timedelta(minutes=5)
"""A session that is in use is written down as often as that, and not with each page."""


def idle_middleware(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Sign out whoever opens a staff page in a session that has ended.

    Public pages don't ask who is there, so that they can be cached.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(reverse("admin:index")) and request.user.is_authenticated:
            _renew_or_end(request)
        return get_response(request)

    return middleware


def _renew_or_end(request: HttpRequest) -> None:
    number = session_id(request)
    if number is None:
        return
    now = timezone.now()
    row = StaffSession.objects.filter(pk=number).only("seen_at").first()
    if row is None or row.seen_at <= now - settings.KEEP_SESSIONS:
        logout(request)
    elif row.seen_at <= now - NOTED_EVERY:
        StaffSession.objects.filter(pk=number).update(seen_at=now)
        request.session.modified = True  # its cookie, and its end, begin anew
