"""Copying an event to the next quarter, on the same weekday of its month."""

from calendar import monthrange
from datetime import date, datetime, timedelta

from babel.dates import format_date
from django.conf import settings

from campaigns.events.check_event import BadEvent
from campaigns.events.schedule import CHANGEABLE, LONGEST_SLUG, plan_event
from campaigns.models import Event
from newsletter.core.dates import locale_of
from subscribers.need_to_know.hidden import Account

MONTHS = 3
WEEK = timedelta(days=7)
_MONTH_AND_YEAR = ("LLLL y", "MMMM y")
"""The month alone, and as it stands in a date: Ukrainian and Romanian may tell them apart."""
_NOT_COPIED = frozenset({"join_url", "dial_in", "is_public", "speakers"})


def copy_to_next_quarter(event: Event, *, planned_by: Account | None = None) -> Event:
    """Create the event of the next quarter, which no public page shows until staff say so.

    It has the texts, the picture, the agenda and the settings of this one; where they name its
    month and year, they name the new ones. It has no speakers, no documents, and no meeting link
    and dial-in: those of this one are old.

    Args:
        event: one that took place, or will.
        planned_by: whose account plans it. None: the operator.

    Raises:
        BadEvent: the clocks of the place skip its time on that day, or no free URL name was found.
    """
    day = same_weekday_later(event.local_start.date(), months=MONTHS)
    later = timedelta(days=(day - event.local_start.date()).days)
    copied = {name: getattr(event, name) for name in CHANGEABLE - _NOT_COPIED}
    copied |= {
        "local_start": event.local_start + later,
        "local_end": event.local_end + later,
        "local_answers_until": event.local_answers_until and event.local_answers_until + later,
        "title": _renamed(event.title, event, day, settings.CONTENT_LANGUAGES[0]),
        "picture_alt": _renamed(event.picture_alt, event, day, settings.CONTENT_LANGUAGES[0]),
        "texts": {
            language: {
                name: _renamed(text, event, day, language)
                for name, text in texts.items()
                if name not in _NOT_COPIED
            }
            for language, texts in event.texts.items()
        },
        "agenda": [{**item, "speakers": []} for item in event.agenda],
        "is_public": False,
    }
    return plan_event(slug=_free_slug(event, day), planned_by=planned_by, **copied)


def same_weekday_later(day: date, *, months: int) -> date:
    """Return the same weekday of a later month, such as the second Thursday.

    The last one of its month stays the last one; months have four or five of a weekday.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first = date(year, month + 1, 1)
    first += timedelta(days=(day.weekday() - first.weekday()) % 7)
    if (day + WEEK).month != day.month:
        last = date(year, month + 1, monthrange(year, month + 1)[1])
        return last - timedelta(days=(last.weekday() - day.weekday()) % 7)
    return first + WEEK * ((day.day - 1) // 7)


def _renamed(text: str, event: Event, day: date, language: str) -> str:
    locale = locale_of(language)
    for form in _MONTH_AND_YEAR:
        was, now = (format_date(each, form, locale=locale) for each in (_day_of(event), day))
        text = text.replace(was, now)
    return text


def _free_slug(event: Event, day: date) -> str:
    """Return a slug that no event has: with the new quarter in place of the old, or at its end."""
    old, new = _quarter(_day_of(event)), _quarter(day)
    base = event.slug.replace(old, new) if old in event.slug else f"{event.slug}-{new}"
    base = base[: LONGEST_SLUG - 3].rstrip("-")
    for number in range(1, 100):
        slug = base if number == 1 else f"{base}-{number}"
        if not Event.objects.filter(slug=slug).exists():
            return slug
    raise BadEvent("slug", "This event was copied to the next quarter very often already.")


def _quarter(day: date) -> str:
    return f"{day.year}-q{(day.month + 2) // 3}"


def _day_of(event: Event) -> date:
    start: datetime = event.local_start
    return start.date()
