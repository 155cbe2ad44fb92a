"""The form of the preference centre: details, and a pause."""

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from newsletter.core.db.clock import database_now
from subscribers.models import Subscriber
from subscribers.people.pause import first_day, last_day, paused_until
from subscribers.views.fields import (
    LanguageField,
    NameField,
    country_choices_with,
    offer_languages,
    time_zone_choices,
)
from subscribers.views.quick_select import QuickSelect

PAUSE_BOUNDS = _(
    "Choose a day from tomorrow to 2 years from now. If you want no more email, unsubscribe."
)
NO_DATE = _("Enter a date such as 2027-03-15.")


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
    country = forms.ChoiceField(label=_("Country"), required=False, widget=QuickSelect)
    language = LanguageField(required=True)
    time_zone = forms.ChoiceField(label=_("Time zone"), required=False, widget=QuickSelect)
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
        now = database_now()
        self._days = (first_day(shown["time_zone"], now), last_day(shown["time_zone"], now))
        pause = self.fields["pause_until"]
        if isinstance(pause, PauseField):
            pause.bound(*self._days)

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
