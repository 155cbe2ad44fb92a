"""The form of an answer to an invitation. It checks and tidies; actions do the rest."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.event_states import Attendance, RsvpAnswer
from campaigns.models import Event, Rsvp
from campaigns.models.rsvp import MAXIMUM_NEED, MAXIMUM_NOTE
from campaigns.rsvp.guest import Guest
from campaigns.rsvp.reply import BadReply, Reply, checked_reply
from newsletter.core.languages import own_name
from subscribers.views.fields import EmailField, NameField

CHOOSE = _("Choose one of the answers.")
CHOOSE_ATTENDANCE = _("Choose whether you come in person or take part online.")


class LongField(forms.CharField):
    """Optional text of several lines. How long it is counts once it is tidied."""

    def __init__(self, *, label: Any, help_text: Any = "", longest: int) -> None:
        attrs = {"rows": "3", "maxlength": str(longest), "dir": "auto"}
        super().__init__(
            label=label,
            help_text=help_text,
            required=False,
            widget=forms.Textarea(attrs=attrs),
        )


class DelegateAddressField(EmailField):
    """The address of a delegate. Whether one is needed depends on the answer."""

    def clean(self, value: Any) -> str:
        return super().clean(value) if str(value or "").strip() else ""


class RsvpForm(forms.Form):
    """An answer to the invitation to one event.

    Field names are part of the contract (docs/architecture.md, "The contract").
    """

    answer = forms.ChoiceField(
        label=_("Will you come?"),
        error_messages={"required": CHOOSE, "invalid_choice": CHOOSE},
    )
    attends = forms.ChoiceField(
        label=_("How do you take part?"),
        required=False,
        choices=[(each.value, each.label) for each in (Attendance.IN_PERSON, Attendance.ONLINE)],
        error_messages={"invalid_choice": CHOOSE_ATTENDANCE},
    )
    interpretation = forms.ChoiceField(
        label=_("Interpretation"),
        required=False,
        error_messages={"invalid_choice": _("Select a language from the list.")},
    )
    access_needs = LongField(
        label=_("What do you need to take part?"),
        help_text=_("Such as step-free access, captions or sign language."),
        longest=MAXIMUM_NEED,
    )
    dietary_needs = LongField(label=_("What should we know about your food?"), longest=MAXIMUM_NEED)
    note = LongField(label=_("Note to the organisers"), longest=MAXIMUM_NOTE)
    delegate_name = NameField()
    delegate_email = DelegateAddressField()
    agree = forms.BooleanField(required=False)

    def __init__(
        self,
        *args: Any,
        event: Event,
        may_delegate: bool = True,
        has_delegate: bool = False,
        words: str = "",
        **kwargs: Any,
    ) -> None:
        """Show the fields that the event asks for.

        Args:
            may_delegate: whether the person may name somebody to come in their place.
            has_delegate: whether they have, so that the answer needs no other name.
            words: to which the person must agree to come, if any.
        """
        super().__init__(*args, **kwargs)
        self.event, self.has_delegate, self.words = event, has_delegate, words
        self.fields["answer"].choices = [  # type: ignore[attr-defined]  # of a ChoiceField
            (each.value, each.label)
            for each in RsvpAnswer
            if may_delegate or each is not RsvpAnswer.DELEGATE
        ]
        if may_delegate:
            self.fields["delegate_name"].label = _("Name of the person who comes in your place")
            self.fields["delegate_email"].label = _("Their email address")
            self.fields["delegate_email"].required = False
        else:
            del self.fields["delegate_name"], self.fields["delegate_email"]
        if words:
            self.fields["agree"].label = words
        else:
            del self.fields["agree"]
        if event.attendance != Attendance.HYBRID:
            del self.fields["attends"]
        if event.attendance == Attendance.ONLINE:
            del self.fields["dietary_needs"]
        if event.interpretation:
            self.fields["interpretation"].choices = [  # type: ignore[attr-defined]  # the same
                ("", _("I don’t need interpretation")),
                *((tag, own_name(tag)) for tag in event.interpretation),
            ]
        else:
            del self.fields["interpretation"]

    def clean(self) -> dict[str, Any]:
        """Check what goes together, as it is recorded."""
        said = self.cleaned_data
        if said.get("answer") == RsvpAnswer.DELEGATE:
            self._check_delegate()
        else:
            for name in _OF_A_DELEGATE:  # what is wrong with a name that isn't used is no mistake
                self.errors.pop(name, None)
        comes = said.get("answer") in (RsvpAnswer.YES, RsvpAnswer.MAYBE)
        if self.words and comes and not said.get("agree"):
            self.add_error("agree", _("Tick this box to come, or answer no."))
        if not self.errors:
            try:
                checked_reply(self.reply, self.event)
            except BadReply as error:
                self.add_error(error.field, str(error.problem))
        return said

    def _check_delegate(self) -> None:
        said = self.cleaned_data
        if self.has_delegate and not said.get("delegate_name") and not said.get("delegate_email"):
            return
        for name, problem in _OF_A_DELEGATE.items():
            if not said.get(name) and name not in self.errors:
                self.add_error(name, problem)

    def delegate(self, *, language: str) -> Guest | None:
        """Return whom a form without errors names to come in the person's place.

        Args:
            language: of the page, and so of the email to them.
        """
        said = self.cleaned_data
        if said["answer"] != RsvpAnswer.DELEGATE or not said["delegate_email"]:
            return None
        return Guest(
            email=said["delegate_email"], full_name=said["delegate_name"], language=language
        )

    @property
    def reply(self) -> Reply:
        """The reply that a form without errors gives."""
        said = self.cleaned_data
        return Reply(
            answer=RsvpAnswer(said["answer"]),
            **{name: said.get(name, "") for name in _BESIDE_THE_ANSWER},
        )


_OF_A_DELEGATE = {
    "delegate_name": _("Enter the name of the person who comes in your place."),
    "delegate_email": _("Enter the email address of the person who comes in your place."),
}
_BESIDE_THE_ANSWER = ("attends", "interpretation", "access_needs", "dietary_needs", "note")


def stored_values(rsvp: Rsvp) -> dict[str, str]:
    """Return what an answer says, for a form that shows it to its owner."""
    return {name: getattr(rsvp, name) for name in ("answer", *_BESIDE_THE_ANSWER)}
