"""Sessions end when they are idle, and when their row is gone."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from staff.models import StaffSession
from staff.sessions.sessions import session_id

NOTED_EVERY = timedelta(minutes=5)
"""A session that is in use is written down as often as that, and not with each page."""

BY_ITSELF = "X-By-Itself"
"""The header of a request that a page makes of itself while nobody need be there."""


def idle_middleware(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Take whoever comes with a session that has ended for a visitor.

    That is found out once somebody asks who is there. Public pages don't, so that they can be
    cached.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        request.user = SimpleLazyObject(lambda: _whoever_is_in(request))  # type: ignore[assignment] # as Django's own middleware does
        return get_response(request)

    return middleware


def _whoever_is_in(request: HttpRequest) -> Any:
    """Return the account of an open session, and renew it if somebody is there."""
    account, number = get_user(request), session_id(request)
    if not account.is_authenticated or number is None:
        return account
    now = timezone.now()
    row = StaffSession.objects.filter(pk=number).only("seen_at").first()
    if row is None or row.seen_at <= now - settings.KEEP_SESSIONS:
        request.session.flush()
        return AnonymousUser()
    if row.seen_at <= now - NOTED_EVERY and BY_ITSELF not in request.headers:
        StaffSession.objects.filter(pk=number).update(seen_at=now)
        request.session.modified = True  # its cookie, and its end, begin anew
    return account
