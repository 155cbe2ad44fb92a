"""Warm-up: a new mailer gets few messages on its first day, and twice as many on each next day.

Mailbox providers distrust a sender that comes out of nothing with a hundred thousand messages. The
plan is for campaigns; a person who confirms an address never waits for it.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest

from newsletter.core.db.clock import database_now
from newsletter.models import MailerDay

FIRST_DAY = 200
"""Messages. The first days are the ones on which providers look closest."""
DAYS = 15
"""Afterwards there is no limit: the last day's is above three million."""
USED_UP = "Today’s warm-up limit is reached."
"""The reason for which it rests, for staff."""


@dataclass(frozen=True, slots=True)
class Share:
    """A part of one day's limit that is the caller's alone.

    Args:
        number: how many messages may be sent.
        day: the day whose limit it counts against; None where there is none.
    """

    mailer: str
    number: int
    day: date | None


def daily_limit(first_day: date | None, today: date) -> int | None:
    """Return how many messages a mailer may send today, or None for any number.

    Before its first day it has the first day's limit.
    """
    if first_day is None or (today - first_day).days >= DAYS:
        return None
    return FIRST_DAY << max((today - first_day).days, 0)


def reserve_for_today(alias: str, most: int, *, now: datetime | None = None) -> Share:
    """Take up to `most` messages of what the mailer may still send today.

    The limit is the same for all hosts, to the message.

    Args:
        alias: of the mailer in settings.MAILER_SETTINGS.
        now: the present; the database's where none is given.
    """
    mailer = settings.MAILER_SETTINGS[alias]
    if mailer.warm_up is None:
        return Share(mailer.name, most, None)
    today = (now or database_now()).astimezone(UTC).date()
    limit = daily_limit(mailer.warm_up, today)
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
    """Give back what was not sent of `share`. Messages in doubt count as sent."""
    if share.day is not None and unused:
        rows = MailerDay.objects.filter(mailer=share.mailer, day=share.day)
        rows.update(handed_over=Greatest(F("handed_over") - unused, 0))


def used_up_until(alias: str, *, now: datetime) -> datetime | None:
    """Return when the mailer may send more, where it has used up today's limit, or else None."""
    mailer, now = settings.MAILER_SETTINGS[alias], now.astimezone(UTC)
    limit = daily_limit(mailer.warm_up, now.date())
    if (
        limit is None
        or not MailerDay.objects.filter(
            mailer=mailer.name, day=now.date(), handed_over__gte=limit
        ).exists()
    ):
        return None
    return datetime.combine(now.date() + timedelta(days=1), time(), tzinfo=UTC)
