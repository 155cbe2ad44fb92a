"""The forms of the application to join a moderated topic, and of an answer to a question."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from newsletter.states import Trust
from subscribers.applications.apply import NewApplication
from subscribers.applications.paragraphs import clean_paragraphs
from subscribers.consent.consent_wording import application_words
from subscribers.countries import country_choices
from subscribers.models import Topic
from subscribers.models.application import LONGEST_TEXT
from subscribers.person_names import MAXIMUM_NAME, clean_name
from subscribers.views.fields import (
    UNKNOWN_COUNTRY,
    EmailField,
    LanguageField,
    NameField,
    offer_languages,
)
from subscribers.views.forms import OpenForm
from subscribers.views.quick_select import QuickSelect


class AnswerLineField(forms.CharField):
    """A required answer of one line, tidied."""

    def __init__(self, *, label: Any, required: Any, help_text: Any = "", complete: str) -> None:
        super().__init__(
            label=label,
            help_text=help_text,
            max_length=MAXIMUM_NAME,
            widget=forms.TextInput(attrs={"autocomplete": complete}),
            error_messages={
                "required": required,
                "max_length": _("Use at most %(limit_value)d characters."),
            },
        )

    def clean(self, value: Any) -> str:
        line = clean_name(super().clean(value))
        if not line:  # of invisible characters alone
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return line


class AnswerField(forms.CharField):
    """A required answer that may have paragraphs, tidied. Its length counts once it is."""

    def __init__(self, *, label: Any, required: Any, help_text: Any = "") -> None:
        super().__init__(
            label=label,
            help_text=help_text,
            widget=forms.Textarea(attrs={"rows": "5", "maxlength": str(LONGEST_TEXT)}),
            error_messages={
                "required": required,
                "too_long": _("Use at most %(limit)d characters."),
            },
        )

    def clean(self, value: Any) -> str:
        text = clean_paragraphs(super().clean(value), at_most=LONGEST_TEXT + 1)
        if not text:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        if len(text) > LONGEST_TEXT:
            raise forms.ValidationError(
                self.error_messages["too_long"], code="too_long", params={"limit": LONGEST_TEXT}
            )
        return text


class JoinForm(OpenForm):
    """Applying to join a topic.

    Field names are part of the contract (docs/architecture.md, "The contract").
    """

    form_name = "join"

    name = NameField()
    email = EmailField()
    institution = AnswerLineField(
        label=_("Chamber or institution"),
        required=_("Enter your chamber or institution."),
        complete="organization",
    )
    country = forms.ChoiceField(
        label=_("Country or body"),
        choices=country_choices,
        widget=QuickSelect,
        error_messages={
            "required": _("Select a country or body."),
            "invalid_choice": UNKNOWN_COUNTRY,
        },
    )
    office = AnswerLineField(
        label=_("Office"),
        help_text=_("Such as member, senator, minister or member of staff."),
        required=_("Enter your office."),
        complete="organization-title",
    )
    reason = AnswerField(
        label=_("Why would you like to join?"),
        required=_("Say why you would like to join."),
    )
    verification = AnswerField(
        label=_("How can we verify this?"),
        help_text=_(
            "Such as the address of your page on the parliament’s website, or an office that we "
            "can call."
        ),
        required=_("Say how we can verify who you are."),
    )
    language = LanguageField(required=False)
    mission = forms.BooleanField(
        label=_("I have read the mission statement"),
        error_messages={"required": _("Read the mission statement, then tick this box.")},
    )

    def __init__(self, *args: Any, topic: Topic, has_mission: bool, **kwargs: Any) -> None:
        """Show the form of one topic.

        Args:
            has_mission: whether there is a mission statement to read.
        """
        super().__init__(*args, **kwargs)
        self.topic = topic
        self.words = application_words(topic)
        name = self.fields["name"]
        name.required = True
        name.error_messages["required"] = _("Enter your name.")
        if not has_mission:
            del self.fields["mission"]
        offer_languages(self)

    def clean_name(self) -> str:
        """Return the name, which may have been of invisible characters alone."""
        name: str = self.cleaned_data["name"]
        if not name:
            raise forms.ValidationError(_("Enter your name."), code="required")
        return name

    def application(self, *, network: str, language: str, trust: Trust) -> NewApplication:
        """Return the application that a valid form asks for.

        Args:
            language: that of the page, where the form names none.
        """
        said = self.cleaned_data
        return NewApplication(
            email=said["email"],
            topic=self.topic,
            full_name=said["name"],
            institution=said["institution"],
            country=said["country"],
            office=said["office"],
            reason=said["reason"],
            verification=said["verification"],
            language=said["language"] or language,
            words=self.words,
            network=network,
            trust=trust,
        )


class AnswerForm(forms.Form):
    """The answer to a question about an application."""

    answer = AnswerField(label=_("Your answer"), required=_("Enter your answer."))
