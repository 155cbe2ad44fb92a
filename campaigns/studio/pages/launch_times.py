"""The timetable of the send page: how long sending takes, and how many get it at which hour."""

import json
from collections.abc import Mapping
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from campaigns.models import Campaign
from campaigns.sending.launch import BEFORE_FIRST_HOUR, CannotLaunch, earliest_start, launch
from campaigns.sending.local_hours import (
    LocalHour,
    RecipientPlace,
    bounds_of,
    count_by_place,
    count_for_hour,
    due_by_place,
)
from campaigns.sending.time_lines import last_leaves, late_number, time_lines
from campaigns.sending.timetable import (
    problem_of_hour,
    sending_rate,
    timetable,
)
from campaigns.studio.audience.estimates import rounds_numbers
from campaigns.studio.decorators import LAUNCH, campaign_view
from campaigns.studio.masking import may_see_subscribers
from campaigns.studio.pages.launch_form import LaunchForm
from campaigns.studio.times import place_time

LATE_UNSEEN = (
    "When sending starts, the chosen hour will have passed for people of whom this page didn’t say "
    "so, or for fewer. Check the times below, then schedule it again."
)
_SHORTLY = 90
_MINUTES_UP_TO = 90 * 60


@campaign_view("POST", permission=LAUNCH, page="launch")
def launch_times(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Show when the email leaves, by what the form says so far. Nothing is launched."""
    form = LaunchForm(campaign, request.POST)
    context = {"campaign": campaign, **times_context(request, campaign, form)}
    return TemplateResponse(request, "studio/_launch_times.html", context)


def times_context(request: HttpRequest, campaign: Campaign, form: LaunchForm) -> dict[str, Any]:
    """Return when the email leaves, by a form that may not be complete yet."""
    form.is_valid()
    hour: LocalHour | None = form.cleaned_data.get("hour")
    if hour is None:
        return {}  # it goes to all at once, or the form isn't complete yet
    present = count_by_place(campaign, by_country=hour.skips_weekends)
    # Where nobody fits a rule about answers yet, only when it starts can be said.
    counted = present or count_for_hour(campaign, hour)
    if not counted:
        return {}
    now = _starts(form, now=timezone.now())
    if problem := problem_of_hour(campaign, hour, now=now, counted=counted):
        return {"time_problem": problem}
    table = timetable(campaign, hour, now=now, counted=counted)
    sees_people = may_see_subscribers(request)
    rounds = rounds_numbers(campaign, request.user)
    lines = time_lines(table, hour.at, sees_people=sees_people) if present and not rounds else []
    zone = table.bounds.zone
    return {
        "time_days": [(day, list(each)) for day, each in groupby(lines, attrgetter("day"))],
        "starts": place_time(max(now, table.first - BEFORE_FIRST_HOUR), zone),
        "first_leaves": place_time(table.first, zone),
        "last_leaves": place_time(last_leaves(table), zone),
        "late": table.late if present else 0,
        "late_number": None if rounds else late_number(table, sees_people=sees_people),
        "hides_numbers": rounds,
        "late_shown": _late_shown(campaign, hour, counted, starts=now),
    }


def launch_as_shown(campaign: Campaign, form: LaunchForm, *, late_shown: str) -> None:
    """Launch a campaign as its valid form says, unless others are late by now than the page showed.

    Args:
        late_shown: as the timetable had it that was shown; empty where it showed nobody as late.

    Raises:
        CannotLaunch: as `launch`; or others are late.
    """
    hour: LocalHour | None = form.cleaned_data["hour"]
    now = timezone.now()
    if hour is not None:
        counted = count_for_hour(campaign, hour)
        late = _late_shown(campaign, hour, counted, starts=_starts(form, now=now))
        if late != late_shown:
            raise CannotLaunch(LATE_UNSEEN)
    launch(campaign, **form.wishes, now=now)


def _starts(form: LaunchForm, *, now: datetime) -> datetime:
    """Return when sending starts at the earliest, by which it is told who is late."""
    return earliest_start(undo_window=form.undo_window, now=now)


def _late_shown(
    campaign: Campaign,
    hour: LocalHour,
    counted: Mapping[RecipientPlace, int],
    *,
    starts: datetime,
) -> str:
    """Return what the form sends back of a timetable: at which places people are late.

    It is a keyed digest, because not everybody who sends may know the places; empty: nobody.
    """
    due = due_by_place(hour, counted, bounds_of(campaign, now=starts))
    late = sorted(place for place, each in due.items() if each.is_late)
    if not late:
        return ""
    return salted_hmac("late recipients", json.dumps(late), algorithm="sha256").hexdigest()


def duration_words(number: int) -> str:
    """Say how long sending to so many takes, and how fast that is; empty where nobody knows."""
    rate = sending_rate()
    if not rate or not number:
        return ""
    return f"Sending takes {_length(number / rate)}, at {_speed(rate)}."


def _length(seconds: float) -> str:
    if seconds < _SHORTLY:
        return "about a minute" if seconds > 1 else "a moment"
    if seconds < _MINUTES_UP_TO:
        return f"about {round(seconds / 60)} minutes"
    hours = round(seconds / 3600)
    return f"about {hours} hour{'' if hours == 1 else 's'}"


def _speed(rate: float) -> str:
    number, unit = (rate, "second") if rate >= 1 else (rate * 60, "minute")
    return f"{number:,.0f} email{'' if round(number) == 1 else 's'} a {unit}"
