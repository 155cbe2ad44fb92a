"""The form of the preference centre: details, how to greet the person, and a pause."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from newsletter.core.db.clock import database_now
from subscribers.greeting import Greeting
from subscribers.models import Subscriber
from subscribers.people.pause import first_day, last_day, paused_until
from subscribers.views.fields import (
    UNKNOWN_COUNTRY,
    LanguageField,
    NameField,
    SalutationField,
    country_choices_with,
    offer_languages,
    time_zone_choices,
)
from subscribers.views.forms import CHECKED
from subscribers.views.quick_select import QuickSelect

PAUSE_BOUNDS = _(
    "Choose a day from tomorrow to 2 years from now. If you want no more email, unsubscribe."
)
NO_DATE = _("Enter a date such as 2027-03-15.")
NO_SALUTATION = _("Enter the words that we should use, such as “Senator Okoro”.")


@dataclass(frozen=True, slots=True)
class GreetingChoice:
    """One way to be greeted, and what that is for this person."""

    value: str
    label: Promise
    example: str
    checked: str
    """The attribute of its button."""


GREETINGS = {
    Greeting.GIVEN_NAME.value: _("With your given name"),
    Greeting.FULL_NAME.value: _("With your full name"),
    Greeting.SALUTATION.value: _("With other words, such as a title and name"),
    Greeting.NO_NAME.value: _("Without a name"),
}
"""The choices in the words of the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """The details of a subscriber, as the form begins with them, and what was typed instead.

    Args:
        known: by the name of the field.
        typed: those that differ from what the form was opened with.
        examples: what each way to be greeted is for this person; none where it needs no name.
        kept_language: their language, which may be one that we don't offer any more.
        days: until the first and the last of which they may pause.
    """

    known: Mapping[str, str]
    typed: dict[str, str]
    examples: Mapping[str, str]
    kept_language: str
    days: tuple[date, date]

    @property
    def shown(self) -> dict[str, str]:
        """The values that the fields show."""
        return {**self.known, **self.typed}


def details_of(
    subscriber: Subscriber, fields: QueryDict | None = None, *, now: datetime | None = None
) -> Details:
    """Return the details of a subscriber.

    Args:
        fields: what was typed. A field that says what it said when the page was opened, or that
            isn't sent, stands for what is known now.
        now: None: by the clock of the database.
    """
    paused = paused_until(subscriber, now=now)
    known = {
        "name": subscriber.full_name,
        "country": str(subscriber.country),
        "language": subscriber.language or settings.CONTENT_LANGUAGES[0],
        "time_zone": subscriber.time_zone,
        "greeting": subscriber.greeting or Greeting.GIVEN_NAME.value,
        "salutation": subscriber.salutation,
        "pause_until": paused.isoformat() if paused else "",
    }
    sent = fields or QueryDict()
    typed = {
        name: str(sent[name])
        for name, now_known in known.items()
        if name in sent and sent[name] != sent.get(f"initial-{name}", now_known)
    }
    zone, moment = typed.get("time_zone", subscriber.time_zone), now or database_now()
    return Details(
        known=known,
        typed=typed,
        examples={
            Greeting.GIVEN_NAME.value: subscriber.given_name,
            Greeting.FULL_NAME.value: subscriber.full_name,
        },
        kept_language=subscriber.language,
        days=(first_day(zone, moment), last_day(zone, moment)),
    )


class PauseField(forms.DateField):
    """The first day with email again. Empty: nothing is paused."""

    def __init__(self) -> None:
        super().__init__(
            required=False,
            label=_("Pause our emails until"),
            help_text=_(
                "We send no email about your topics before this day, and start again by ourselves. "
                "To end a pause, clear the date. Links that you ask for still come."
            ),
            widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            # The first is what browsers send; the others are typed where they show no calendar.
            input_formats=["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d %m %Y"],
            error_messages={"invalid": NO_DATE},
        )


class PreferencesForm(forms.Form):
    """The details that a subscriber may change, and until when they have paused.

    A language, country or time zone that is no longer offered is kept by whoever has it. The topics
    are read beside the form: see views/topic_boxes.py.
    """

    name = NameField()
    country = forms.ChoiceField(
        label=_("Country or body"),
        required=False,
        widget=QuickSelect,
        error_messages={"invalid_choice": UNKNOWN_COUNTRY},
    )
    language = LanguageField(required=True)
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        required=False,
        widget=QuickSelect,
        error_messages={"invalid_choice": _("Select a time zone from the list.")},
    )
    greeting = forms.ChoiceField(
        required=False,
        choices=Greeting.choices,
        label=_("How should we greet you?"),
        error_messages={"invalid_choice": _("Choose one of these.")},
    )
    salutation = SalutationField()
    pause_until = PauseField()

    def __init__(self, details: Details, *, is_sent: bool = False) -> None:
        """Show details.

        Args:
            is_sent: whether they are to be checked and saved.
        """
        self.known, self.typed = details.known, dict(details.typed)
        shown = details.shown
        super().__init__(shown if is_sent else None, initial=shown)
        offer_languages(self, details.kept_language)
        self._offer("country", country_choices_with(details.known["country"]))
        self._offer("time_zone", time_zone_choices(details.known["time_zone"]))
        self._days = details.days
        first, last = details.days
        bound_days(self, first.isoformat(), last.isoformat())
        self.greeting_choices = [
            GreetingChoice(
                value,
                label,
                details.examples.get(value, ""),
                CHECKED if value == shown["greeting"] else "",
            )
            for value, label in GREETINGS.items()
        ]

    def clean(self) -> dict[str, Any]:
        """Take words that were typed for the choice that they belong to, and miss them there."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        words = said.get("salutation")
        if words and "salutation" in self.typed and "greeting" not in self.typed:
            self.typed["greeting"] = said["greeting"] = Greeting.SALUTATION.value
        is_chosen = self.typed.keys() & {"greeting", "salutation"}
        wants_words = is_chosen and said.get("greeting") == Greeting.SALUTATION
        if wants_words and not words and "salutation" not in self.errors:
            self.add_error("salutation", NO_SALUTATION)
        return said

    def clean_pause_until(self) -> date | None:
        """Return the day, which lies within the bounds unless it was there before."""
        day: date | None = self.cleaned_data["pause_until"]
        first, last = self._days
        if day is not None and "pause_until" in self.typed and not first <= day <= last:
            raise forms.ValidationError(PAUSE_BOUNDS)
        return day

    def _offer(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices


def bound_days(form: forms.Form, first: str, last: str) -> None:
    """Have the browser's calendar offer these days alone."""
    form.fields["pause_until"].widget.attrs |= {"min": first, "max": last}
