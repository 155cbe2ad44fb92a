"""The form of an answer that staff enter. It checks and tidies; actions do the rest."""

from typing import Any

from django import forms

from campaigns.event_states import RsvpAnswer
from campaigns.models import Event, Rsvp
from campaigns.rsvp.guest import Guest
from campaigns.studio.answers.rows import ANSWERS
from campaigns.views.rsvp_form import RsvpForm, stored_values
from newsletter.core.languages import language_name
from subscribers.views.fields import EmailField, LanguageField, NameField

_LABELS = {
    "answer": "Answer",
    "attends": "Takes part",
    "interpretation": "Interpretation",
    "access_needs": "Needs to take part",
    "dietary_needs": "Food",
    "note": "Note",
    "delegate_name": "Name of the delegate",
    "delegate_email": "Email address of the delegate",
}


class GivenAnswerForm(RsvpForm):
    """An answer that a known person gave to staff: the public form, in the words of staff."""

    def __init__(
        self,
        data: Any = None,
        *,
        event: Event,
        rsvp: Rsvp | None = None,
        asks_delegate: bool = True,
    ) -> None:
        """Show the fields that the event asks for.

        Args:
            rsvp: the answer that is changed.
            asks_delegate: whether a delegate would be asked; nobody can answer after the day by
                which people were to.
        """
        super().__init__(
            data,
            event=event,
            initial=stored_values(rsvp) if rsvp else None,
            may_delegate=rsvp is None or not rsvp.is_delegate,
            # Without somebody to ask, the answer needs no name.
            has_delegate=not asks_delegate
            or (rsvp and rsvp.answer == RsvpAnswer.DELEGATE)
            or False,
        )
        for name, label in _LABELS.items():
            if name in self.fields:
                self.fields[name].label = label
        offered: Any = self.fields["answer"]
        offered.choices = [(value, ANSWERS[value]) for value, _ in offered.choices]
        if rsvp is None or not rsvp.answer:
            # Nothing is chosen for anybody: what stood there first would be saved by mistake.
            offered.choices = [("", "Select an answer"), *offered.choices]
            if "attends" in self.fields:
                ways: Any = self.fields["attends"]
                ways.choices = [("", "Select how"), *ways.choices]
        if "interpretation" in self.fields:
            spoken: Any = self.fields["interpretation"]
            spoken.choices = [
                ("", "None"),
                *((tag, language_name(tag)) for tag in event.interpretation),
            ]
        if not asks_delegate and "delegate_name" in self.fields:
            del self.fields["delegate_name"], self.fields["delegate_email"]


class EnteredAnswerForm(GivenAnswerForm):
    """An answer of somebody whose address is typed: a subscriber's, or a guest's."""

    email = EmailField()
    full_name = NameField()
    language = LanguageField(required=True)
    field_order = ("email", "full_name", "language")

    def __init__(self, data: Any = None, *, event: Event, asks_delegate: bool = True) -> None:
        super().__init__(data, event=event, asks_delegate=asks_delegate)
        self.fields["email"].error_messages["required"] = "Enter the email address."
        self.fields["email"].widget.attrs["autocomplete"] = "off"
        name: forms.Field = self.fields["full_name"]
        name.help_text = "Needed for somebody who isn’t a subscriber. They become a guest."
        name.widget.attrs["autocomplete"] = "off"
        language: Any = self.fields["language"]
        language.label = "Language of our emails to a guest"
        language.offer()

    @property
    def guest(self) -> Guest:
        """The person as a form without errors describes them."""
        said = self.cleaned_data
        return Guest(email=said["email"], full_name=said["full_name"], language=said["language"])
