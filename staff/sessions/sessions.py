"""Sessions of an account: begin, list and end them."""

from collections.abc import Collection

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from newsletter.audit.record import record
from newsletter.core.requests.network import network_of
from staff.audit_actions import AccountAction
from staff.models import StaffSession
from staff.sessions.device_words import device_words

_KEY = "staff_session"


def begin_session(request: HttpRequest, account: User) -> StaffSession:
    """Note that an account has just signed in here."""
    now = timezone.now()
    row = StaffSession.objects.create(
        account=account,
        device=device_words(request.META.get("HTTP_USER_AGENT", "")),
        network=network_of(request.META),
        started_at=now,
        seen_at=now,
    )
    request.session[_KEY] = row.pk
    return row


def session_id(request: HttpRequest) -> int | None:
    """Return the key of this session's row; None for a session that has none."""
    found: int | None = request.session.get(_KEY)
    return found


def open_sessions(account: User) -> QuerySet[StaffSession]:
    """Select where an account is signed in, the last used first."""
    since = timezone.now() - settings.KEEP_SESSIONS
    return StaffSession.objects.filter(account=account, seen_at__gt=since).order_by("-seen_at")


@transaction.atomic
def end_session(account: User, number: int) -> bool:
    """Sign a device of this account out.

    Returns:
        Whether it was signed in.
    """
    row = StaffSession.objects.select_for_update().filter(account=account, pk=number).first()
    if row is None:
        return False
    record(AccountAction.SESSION_ENDED, account, label=account.get_username(), device=row.device)
    row.delete()
    return True


def end_sessions(account: User, *, but: Collection[int | None] = ()) -> int:
    """Sign an account out everywhere, such as after a new password.

    Args:
        but: keys of the sessions that stay.
    """
    kept = [number for number in but if number is not None]
    gone, _ = StaffSession.objects.filter(account=account).exclude(pk__in=kept).delete()
    return gone


@transaction.atomic
def end_every_session() -> int:
    """Sign everybody out everywhere.

    Returns:
        How many were signed in.
    """
    gone, _ = StaffSession.objects.all().delete()
    Session.objects.all().delete()
    return gone


@transaction.atomic
def close_sessions(account: User) -> None:
    """Sign an account that was made inactive out everywhere.

    Its sessions are of no use meanwhile, and would go on if it were made active again.
    """
    if ended := end_sessions(account):
        record(AccountAction.SESSIONS_CLOSED, account, label=account.get_username(), devices=ended)


def forget_session(request: HttpRequest) -> None:
    """Delete the row of a session that is being signed out."""
    if (number := session_id(request)) is not None:
        StaffSession.objects.filter(pk=number).delete()
