"""Granting a need-to-know topic to a member of staff, and revoking it."""

from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction

from newsletter.audit.record import record
from newsletter.core.db.clock import database_now
from staff.accounts.second_factor_due import note_need
from subscribers.audit_actions import NeedToKnowAction
from subscribers.models import Topic, TopicGrant

LONGEST = timedelta(days=366)
"""A grant has an end, so that nobody keeps what they need no more. It can be given anew."""
FIRST = timedelta(days=365)
"""The grant of whoever makes a topic need-to-know: somebody must be able to see it."""


class BadGrant(ValueError):
    """A grant that can't be given. The message says why."""


@transaction.atomic
def grant(topic: Topic, account: User, *, until: datetime, by: str) -> TopicGrant:
    """Let an account see a need-to-know topic, and what belongs to it, until a moment.

    It takes the place of a grant that the account has.

    Args:
        by: who grants it.

    Raises:
        BadGrant: there is nothing to grant, or the end has passed or is too far away.
    """
    now = database_now()
    if not topic.is_restricted:
        raise BadGrant("This topic isn’t need-to-know: all staff see it.")
    if not account.is_active:
        raise BadGrant("This account is not active.")
    if until <= now:
        raise BadGrant("This date has passed. Choose a later one.")
    if until > now + LONGEST:
        raise BadGrant("A grant lasts a year at most. Choose an earlier date.")
    note_need(account)  # a grant that ended long ago has days of its own, which are over
    TopicGrant.objects.filter(topic=topic, account=account, revoked_at=None, until__gt=now).update(
        revoked_at=now
    )
    given = TopicGrant.objects.create(topic=topic, account=account, until=until, granted_by=by)
    note_need(account)
    _record(NeedToKnowAction.GRANTED, given)
    return given


@transaction.atomic
def revoke(grant_id: int) -> bool:
    """End a grant now.

    Returns:
        Whether this call did; False where it had ended.
    """
    now = database_now()
    standing = TopicGrant.objects.filter(pk=grant_id, revoked_at=None, until__gt=now)
    if not standing.update(revoked_at=now):
        return False
    ended = TopicGrant.objects.select_related("account").get(pk=grant_id)
    _record(NeedToKnowAction.REVOKED, ended)
    return True


def _record(action: NeedToKnowAction, given: TopicGrant) -> None:
    """Record it under the account, without the topic: auditors may not know of it."""
    record(
        action,
        given.account,
        label=f"account {given.account.get_username()}",
        until=f"{given.until:%Y-%m-%d %H:%M} UTC",
    )
