"""Warming up: a mailer whose address nobody knows yet gets few messages on its first day, and twice as many on each that follows.

Mailbox providers distrust a sender that comes out of nothing with a hundred thousand letters. The
plan is for campaigns; whoever confirms an address never waits for it.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest

from newsletter.core.db_clock import database_now
from newsletter.models import MailerDay

FIRST_DAY = 200
"""Messages. The first days are the ones on which providers look closest."""
DAYS = 15
"""Afterwards there is no ceiling: the last day's is above three million."""
USED_UP = "it is being warmed up and has reached today's limit"
"""Why it rests, for staff."""


@dataclass(frozen=True, slots=True)
class Share:
    """A part of one day's ceiling that is the caller's alone.

    Args:
        number: how many messages may be handed over.
        day: whose ceiling it counts against; None where there is none.
    """

    mailer: str
    number: int
    day: date | None


def ceiling(first_day: date | None, today: date) -> int | None:
    """How many messages a mailer may have today; None for any number.

    Before its first day it is the first day's.
    """
    if first_day is None or (today - first_day).days >= DAYS:
        return None
    return FIRST_DAY << max((today - first_day).days, 0)


def reserve_for_today(alias: str, most: int, *, now: datetime | None = None) -> Share:
    """Take up to `most` messages of what the mailer may still have today.

    The same for all hosts, to the message.

    Args:
        alias: of the mailer in settings.MAILER_SETTINGS.
        now: the present; the database's where none is given.
    """
    mailer = settings.MAILER_SETTINGS[alias]
    if mailer.warm_up is None:
        return Share(mailer.name, most, None)
    today = (now or database_now()).astimezone(UTC).date()
    limit = ceiling(mailer.warm_up, today)
    if limit is None:
        return Share(mailer.name, most, None)
    with transaction.atomic():
        MailerDay.objects.get_or_create(mailer=mailer.name, day=today)
        row = MailerDay.objects.select_for_update().get(mailer=mailer.name, day=today)
        share = Share(mailer.name, max(min(most, limit - row.handed_over), 0), today)
        if share.number:
            row.handed_over += share.number
            row.save(update_fields=["handed_over"])
    return share


def give_back(share: Share, unused: int) -> None:
    """Give back what was not handed over of `share`. What is in doubt was."""
    if share.day is not None and unused:
        rows = MailerDay.objects.filter(mailer=share.mailer, day=share.day)
        rows.update(handed_over=Greatest(F("handed_over") - unused, 0))


def used_up_until(alias: str, *, now: datetime) -> datetime | None:
    """When the mailer may have more, where it has had all that it may have today; None where it has not."""
    mailer, now = settings.MAILER_SETTINGS[alias], now.astimezone(UTC)
    limit = ceiling(mailer.warm_up, now.date())
    if (
        limit is None
        or not MailerDay.objects.filter(
            mailer=mailer.name, day=now.date(), handed_over__gte=limit
        ).exists()
    ):
        return None
    return datetime.combine(now.date() + timedelta(days=1), time(), tzinfo=UTC)
