"""The form of the send page: when the campaign leaves, to whom first, and the time to undo."""

import unicodedata
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone

from campaigns.audience.resolve import receivers_of
from campaigns.events.zone_menu import staff_zone_menu
from campaigns.events.zones import NoSuchTime, UnknownZone, is_in_range, local_to_utc
from campaigns.models import Campaign
from campaigns.sending.canary import LARGEST_CANARY, LONGEST_WAIT, PUT_OFF_AT_MOST, rule_in_words
from campaigns.sending.launch import LONGEST_UNDO, Canary, PlaceTime
from campaigns.sending.local_hours import LocalHour
from campaigns.sending.timetable import why_no_hour
from campaigns.states import LateRecipients
from campaigns.studio.times import place_time

NOW, LATER, LOCAL = "now", "later", "local"
EVERYBODY, WAIT, RULE = "", "wait", "rule"
FIRST_STEPS = [
    (EVERYBODY, "No, to everybody"),
    (WAIT, "Yes, then wait until somebody resumes"),
    (RULE, "Yes, then go on if they arrive and few complain"),
]
UNDO_TIMES = (0, 30, 60, 120, 300, 600)
"""Seconds to choose from, beside UNDO_WINDOW."""
PROPOSED_CANARY, PROPOSED_WAIT = 100, 30
"""Recipients, and minutes."""


def needs_confirmation(campaign: Campaign) -> bool:
    """Return whether so many people would get a campaign that its launch is confirmed by typing."""
    most = settings.CONFIRM_LAUNCH_ABOVE
    return receivers_of(campaign).order_by()[most : most + 1].exists()


def undo_words(seconds: int) -> str:
    """Say for how long a launch can be undone."""
    if not seconds:
        return "No time to undo"
    number, unit = (seconds // 60, "minute") if seconds % 60 == 0 else (seconds, "second")
    return f"{number} {unit}{'' if number == 1 else 's'}"


class LaunchForm(forms.Form):
    """Send now, at a wall-clock time in a time zone, or at an hour of each recipient's clocks.

    What is missing has its default: a script may post `when` alone.
    """

    when = forms.ChoiceField(
        choices=[(NOW, "Now"), (LATER, "At a time"), (LOCAL, "At each recipient’s local hour")],
        initial=NOW,
    )
    at = forms.DateTimeField(
        required=False,
        label="Date and time",
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(
            {"type": "datetime-local", "class": "st-input"}, "%Y-%m-%dT%H:%M"
        ),
    )
    zone = forms.ChoiceField(required=False, label="Time zone")
    local_time = forms.TimeField(
        required=False,
        label="Local hour",
        input_formats=["%H:%M", "%H:%M:%S"],
        error_messages={"invalid": "Enter an hour and minutes, such as 09:00."},
        widget=forms.TimeInput({"type": "time", "class": "st-input"}, "%H:%M"),
    )
    local_date = forms.DateField(
        required=False,
        label="Day",
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": "Enter a day, such as 2027-03-12."},
        widget=forms.DateInput({"type": "date", "class": "st-input"}, "%Y-%m-%d"),
    )
    skips_weekends = forms.BooleanField(
        required=False,
        label="Not on a recipient’s weekend",
        help_text=(
            "Saturday and Sunday, or Friday and Saturday, as in their country. They get it on the "
            "first day after."
        ),
    )
    late = forms.ChoiceField(
        required=False,
        choices=LateRecipients.choices,
        label="If that hour has passed at someone’s place",
        widget=forms.Select({"class": "st-input"}),
    )
    first = forms.ChoiceField(
        required=False,
        choices=FIRST_STEPS,
        label="Send to some people first?",
        widget=forms.Select({"class": "st-input"}),
    )
    canary = forms.IntegerField(
        required=False,
        label="How many first",
        min_value=1,
        max_value=LARGEST_CANARY,
        widget=forms.NumberInput({"class": "st-input"}),
    )
    minutes = forms.IntegerField(
        required=False,
        label="Go on after (minutes)",
        min_value=1,
        max_value=LONGEST_WAIT,
        widget=forms.NumberInput({"class": "st-input"}),
    )
    undo = forms.TypedChoiceField(
        required=False,
        coerce=int,
        empty_value=None,
        label="Time to undo",
        widget=forms.Select({"class": "st-input"}),
    )
    confirm = forms.CharField(
        required=False,
        label="Topic",
        max_length=200,
        widget=forms.TextInput({"class": "st-input", "autocomplete": "off"}),
    )

    def __init__(
        self, campaign: Campaign, *args: Any, is_large: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.campaign, self.is_large = campaign, is_large
        self.why_no_hour = why_no_hour(campaign)
        zone, undo = self.fields["zone"], self.fields["undo"]
        assert isinstance(zone, forms.ChoiceField)  # noqa: S101 - for the type checker
        assert isinstance(undo, forms.TypedChoiceField)  # noqa: S101 - for the type checker
        zone.choices = staff_zone_menu(str(self.initial.get("zone", "")))
        zone.widget.attrs["class"] = "st-input"
        self.fields["minutes"].help_text = (
            f"Sending goes on if {rule_in_words(campaign.topic)}, and mail servers put off no more "
            f"than one in {PUT_OFF_AT_MOST}. Otherwise it waits for somebody."
        )
        default = int(settings.UNDO_WINDOW.total_seconds())
        longest = LONGEST_UNDO.total_seconds()
        times = sorted({default, *(each for each in UNDO_TIMES if each <= longest)})
        undo.choices = [(each, undo_words(each)) for each in times]
        self.initial.setdefault("undo", default)

    def propose_canary(self, recipients: object) -> None:
        """Propose a first step that is a tenth of the recipients, where so few are known."""
        if isinstance(recipients, int) and recipients < 10 * PROPOSED_CANARY:
            self.initial["canary"] = max(1, recipients // 10)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = self.cleaned_data
        read = {LATER: self._read_time, LOCAL: self._read_hour}.get(str(cleaned.get("when")))
        cleaned["place_time"] = cleaned["hour"] = None
        if read is not None:
            read(cleaned)
        cleaned["wanted_canary"] = self._canary(cleaned)
        if self.is_large and _alike(cleaned.get("confirm", "")) != _alike(str(self.campaign.topic)):
            self.add_error(
                "confirm", f"Type the name of the topic, {self.campaign.topic}, to confirm."
            )
        return cleaned

    @property
    def wishes(self) -> dict[str, Any]:
        """The arguments of `launch`, of a form that is valid."""
        return {
            "at": self.cleaned_data["place_time"],
            "hour": self.cleaned_data["hour"],
            "canary": self.cleaned_data["wanted_canary"],
            "undo_window": self.undo_window,
        }

    @property
    def undo_window(self) -> timedelta | None:
        """The time to undo, as the form says so far; None: the usual one."""
        undo = self.cleaned_data.get("undo")
        return None if undo is None else timedelta(seconds=undo)

    def _read_time(self, cleaned: dict[str, Any]) -> None:
        if self.errors.keys() & {"at", "zone"}:
            return
        try:
            cleaned["place_time"] = _place_time(cleaned.get("at"), cleaned.get("zone") or "UTC")
        except forms.ValidationError as error:
            self.add_error("at", error.messages[0])
        except (NoSuchTime, UnknownZone) as error:
            self.add_error("at", str(error))

    def _read_hour(self, cleaned: dict[str, Any]) -> None:
        if self.why_no_hour:
            self.add_error("when", self.why_no_hour)
            return
        for name, words in (
            ("local_time", "Enter the hour, such as 09:00."),
            ("local_date", "Enter the day."),
        ):
            if cleaned.get(name) is None and name not in self.errors:
                self.add_error(name, words)
        day = cleaned.get("local_date")
        if day is not None and not is_in_range(day):
            self.add_error("local_date", "Choose a day within the next year.")
        if self.errors.keys() & {"local_time", "local_date", "late"}:
            return
        cleaned["hour"] = LocalHour(
            at=cleaned["local_time"].replace(second=0, microsecond=0),
            first_day=cleaned["local_date"],
            skips_weekends=cleaned["skips_weekends"],
            late=LateRecipients(cleaned.get("late") or LateRecipients.NOW),
        )

    def _canary(self, cleaned: dict[str, Any]) -> Canary | None:
        first = cleaned.get("first") or EVERYBODY
        if first == EVERYBODY:
            for name in ("canary", "minutes"):  # not asked for, so nothing is wrong with it
                self.errors.pop(name, None)
            return None
        wanted = [("canary", "Enter how many people get it first.")]
        if first == RULE:
            wanted.append(("minutes", "Enter after how many minutes it goes on."))
        else:
            self.errors.pop("minutes", None)
        for name, words in wanted:
            if cleaned.get(name) is None and name not in self.errors:
                self.add_error(name, words)
        if self.errors.keys() & {"canary", "minutes"}:
            return None
        minutes = cleaned["minutes"] if first == RULE else None
        return Canary(size=cleaned["canary"], minutes=minutes)


def _alike(text: str) -> str:
    """Return a name as it is compared: case, blanks and forms of characters make no difference."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _place_time(at: datetime | None, zone: str) -> PlaceTime:
    if at is None:
        raise forms.ValidationError("Enter the date and time to send at.")
    begins = local_to_utc(at.replace(tzinfo=None), zone)
    if begins <= timezone.now():
        raise forms.ValidationError(f"{place_time(begins, zone)} has passed. Enter a later time.")
    return PlaceTime(at.replace(tzinfo=None), zone)
