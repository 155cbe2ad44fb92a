"""The form of the preference centre: details, how to greet the person, and a pause."""

from dataclasses import dataclass
from datetime import date
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
    chosen: bool


GREETINGS = {
    Greeting.GIVEN_NAME.value: _("With your given name"),
    Greeting.FULL_NAME.value: _("With your full name"),
    Greeting.SALUTATION.value: _("With other words, such as a title and name"),
    Greeting.NO_NAME.value: _("Without a name"),
}
"""The choices in the words of the page."""


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

    def bound(self, first: date, last: date) -> None:
        """Have the browser's calendar offer these days alone."""
        self.widget.attrs |= {"min": first.isoformat(), "max": last.isoformat()}


class PreferencesForm(forms.Form):
    """The details that a subscriber may change, and until when they have paused.

    A field that says what it said when the page was opened, or that isn't sent, stands for what is
    known now, so that what was changed elsewhere since then stays so. A language, country or time
    zone that is no longer offered is kept by whoever has it. The topics are read beside the form:
    see views/topic_boxes.py.
    """

    name = NameField()
    country = forms.ChoiceField(
        label=_("Country"),
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

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        subscriber: Subscriber,
        typed: QueryDict | None = None,
    ) -> None:
        """Show what is known of a subscriber.

        Args:
            data: what is to be checked and saved.
            typed: what is shown instead of what is known, without a check.
        """
        paused = paused_until(subscriber)
        self.known = {
            "name": subscriber.full_name,
            "country": str(subscriber.country),
            "language": subscriber.language or settings.CONTENT_LANGUAGES[0],
            "time_zone": subscriber.time_zone,
            "greeting": subscriber.greeting or Greeting.GIVEN_NAME.value,
            "salutation": subscriber.salutation,
            "pause_until": paused.isoformat() if paused else "",
        }
        fields = data or typed or QueryDict()
        self.typed = {
            name: str(fields[name])
            for name, now in self.known.items()
            if name in fields and fields[name] != fields.get(f"initial-{name}", now)
        }
        shown = self.known | self.typed
        super().__init__(None if data is None else shown, initial=shown)
        offer_languages(self, subscriber.language)
        self._offer("country", country_choices_with(str(subscriber.country)))
        self._offer("time_zone", time_zone_choices(subscriber.time_zone))
        self._examples = {
            Greeting.GIVEN_NAME.value: subscriber.given_name,
            Greeting.FULL_NAME.value: subscriber.full_name,
        }
        self._greeting = shown["greeting"]
        now = database_now()
        self._days = (first_day(shown["time_zone"], now), last_day(shown["time_zone"], now))
        pause = self.fields["pause_until"]
        if isinstance(pause, PauseField):
            pause.bound(*self._days)

    @property
    def greeting_choices(self) -> list[GreetingChoice]:
        """The ways to be greeted, as the page shows them."""
        return [
            GreetingChoice(
                value, label, self._examples.get(value, ""), chosen=value == self._greeting
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
