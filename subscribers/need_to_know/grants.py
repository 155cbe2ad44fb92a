"""Granting a need-to-know topic to a member of staff, and revoking it."""

from datetime import UTC, date, datetime, time, timedelta
from functools import partial

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from newsletter.audit.record import record
from newsletter.core.db.clock import database_now
from staff.accounts.administrators import administrators
from staff.accounts.mail import send_topic_granted
from staff.accounts.names import called
from staff.accounts.second_factor_due import note_need
from subscribers.audit_actions import NeedToKnowAction
from subscribers.models import Topic, TopicGrant

DAY = timedelta(days=1)
LONGEST = timedelta(days=366)
"""A grant has an end, so that nobody keeps what they need no more. It can be given anew."""
FIRST = timedelta(days=365)
"""The grant of whoever makes a topic need-to-know: somebody must be able to see it."""


class BadGrant(ValueError):
    """A grant that can't be given. The message says why."""


class LastGrant(Exception):
    """Nobody would see the topic any more."""


TOLD_AFTERWARDS = timedelta(days=30)
"""Whoever could see a topic until lately is told of new grants, too. Otherwise somebody could end a
grant, or close its account, and grant the topic to themselves before anybody is told of that."""


def holders(topic_id: int, *, at: datetime | None = None) -> QuerySet[User]:
    """Select the accounts that see a need-to-know topic.

    Args:
        at: a moment to come, at which they still would; None: right now.
    """
    standing = standing_grants(at=at).filter(topic=topic_id)
    return User.objects.filter(is_active=True, pk__in=standing.values("account"))


def standing_grants(*, at: datetime | None = None) -> QuerySet[TopicGrant]:
    """Select the grants that have neither ended nor been revoked.

    Args:
        at: as of `holders`.
    """
    return TopicGrant.objects.filter(revoked_at=None, until__gt=at or Now())


def unseen_topics() -> QuerySet[Topic]:
    """Select the need-to-know topics that nobody sees, as no grant stands any more."""
    seen = TopicGrant.objects.filter(
        topic=OuterRef("pk"), account__is_active=True, revoked_at=None, until__gt=Now()
    )
    return Topic.objects.filter(~Exists(seen), is_restricted=True)


def end_of(day: date) -> datetime:
    """Return the end of a grant whose last day this is, in UTC."""
    return datetime.combine(min(day, date.max - DAY), time.min, UTC) + DAY


def last_day_before(until: datetime) -> date:
    """Return the last day, in UTC, of a grant with this end."""
    return (until - datetime.resolution).astimezone(UTC).date()


def check_end(until: datetime) -> None:
    """Refuse an end that a grant can't have, of whichever topic.

    Raises:
        BadGrant: it has passed or is too far away.
    """
    now = database_now()
    if until <= now:
        raise BadGrant("This date has passed. Choose a later one.")
    if until > now + LONGEST:
        raise BadGrant("A grant lasts a year at most. Choose an earlier date.")


def check_replaced(topic: Topic, account: User, *, until: datetime, by: str) -> None:
    """Refuse a grant that would take one away from who has it, as revoking does.

    Args:
        until, by: of the grant that would take the place of the one that the account has.

    Raises:
        BadGrant: it would end sooner, and whoever grants it doesn't see the topic.
        LastGrant: it would end sooner, and nobody else sees the topic.
    """
    before = _standing(topic, account).order_by("-until").first()
    if before is None or last_day_before(until) >= before.last_day:
        return
    if not holders(topic.pk).filter(username=by).exists():
        raise BadGrant("This account has the topic for longer already.")
    if is_last(before):
        raise LastGrant


@transaction.atomic
def grant(
    topic: Topic, account: User, *, until: datetime, by: str, is_first: bool = False
) -> TopicGrant:
    """Let an account see a need-to-know topic, and what belongs to it, until a moment.

    It takes the place of a grant that the account has. All others who see the topic, or did until
    lately, are told: an administrator may grant a topic to anybody, also to themselves, and not
    unseen. Where none of them can be told, the other administrators are.

    Args:
        by: the username of whoever grants it.
        is_first: the topic becomes need-to-know only now, so there is nobody to tell.

    Raises:
        BadGrant: there is nothing to grant, or the end has passed or is too far away, or it would
            take a longer grant away from the account, and whoever grants it doesn't see the topic.
        LastGrant: it would end the last grant of the topic sooner.
    """
    # Held, so that of two at once the later takes the place of the other.
    held = Topic.objects.select_for_update(no_key=True).get(pk=topic.pk)
    if not held.is_restricted:
        raise BadGrant("This topic isn’t need-to-know: all staff see it.")
    if not account.is_active:
        raise BadGrant("This account is not active.")
    check_end(until)
    check_replaced(topic, account, until=until, by=by)
    note_need(account)  # a grant that ended long ago has days of its own, which are over
    replaced = _standing(topic, account)
    is_shortened = any(each.last_day > last_day_before(until) for each in replaced)
    replaced.update(revoked_at=database_now(), is_replaced=True)
    given = TopicGrant.objects.create(topic=topic, account=account, until=until, granted_by=by)
    note_need(account)
    _record(NeedToKnowAction.GRANTED, given)
    if not is_first:
        _tell(given, is_shortened=is_shortened)
    return given


@transaction.atomic
def revoke(grant_id: int, *, though_last: bool = False) -> bool:
    """End a grant now.

    Args:
        though_last: whether nobody may be left who sees the topic.

    Returns:
        Whether this call did; False where it had ended.

    Raises:
        LastGrant: nobody else sees the topic, and that was not asked for.
    """
    given = TopicGrant.objects.select_related("account").filter(pk=grant_id).first()
    if given is None:
        return False
    # Two who revoke the last two grants come one after the other.
    Topic.objects.select_for_update(no_key=True).get(pk=given.topic_id)
    now = database_now()
    standing = TopicGrant.objects.filter(pk=grant_id, revoked_at=None, until__gt=now)
    if not though_last and standing.exists() and is_last(given):
        raise LastGrant
    if not standing.update(revoked_at=now):
        return False
    _record(NeedToKnowAction.REVOKED, given)
    return True


def is_last(given: TopicGrant) -> bool:
    """Return whether nobody sees the topic without this grant."""
    return not holders(given.topic_id).exclude(pk=given.account_id).exists()


def _standing(topic: Topic, account: User) -> QuerySet[TopicGrant]:
    return TopicGrant.objects.filter(topic=topic, account=account, revoked_at=None, until__gt=Now())


def _tell(given: TopicGrant, *, is_shortened: bool) -> None:
    giver = User.objects.filter(username=given.granted_by).first()
    by = called(giver) if giver else given.granted_by
    to = "themselves" if giver == given.account else called(given.account)
    told = partial(send_topic_granted, by=by, last_day=given.last_day, topic_id=given.topic_id)
    if is_shortened and giver != given.account:
        told(given.account, to="you", reason="that you see, and for a shorter time than before")
    others = _concerned(given.topic_id).exclude(pk=given.account_id)
    sent = [told(each, to=to, reason="that you see, or saw until lately") for each in others]
    if not any(sent):
        for each in administrators().exclude(username=given.granted_by):
            told(each, to=to, reason="of which none of those who see it could be told")


def _concerned(topic_id: int) -> QuerySet[User]:
    """Select the accounts that see a topic, or would if they were active, or did until lately."""
    lately = database_now() - TOLD_AFTERWARDS
    still_known = Q(revoked_at=None) | Q(revoked_at__gt=lately)
    grants = TopicGrant.objects.filter(still_known, topic=topic_id, until__gt=lately)
    return User.objects.filter(pk__in=grants.values("account"))


def _record(action: NeedToKnowAction, given: TopicGrant) -> None:
    """Record it under the account, without the topic: auditors may not know of it."""
    record(
        action,
        given.account,
        label=f"account {given.account.get_username()}",
        until=f"{given.until:%Y-%m-%d %H:%M} UTC",
    )
