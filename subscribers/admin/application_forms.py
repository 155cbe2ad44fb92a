"""The forms of staff about an application: words for the applicant, and a note."""

from typing import Any

from django import forms

from subscribers.applications.paragraphs import clean_paragraphs
from subscribers.models.application import LONGEST_TEXT


class StaffTextField(forms.CharField):
    """Plain text with paragraphs."""

    def __init__(self, *, rows: int, **options: Any) -> None:
        attrs = {"class": "st-input", "rows": str(rows), "dir": "auto"}
        too_long = f"Write at most {LONGEST_TEXT:,} characters. You have written %(show_value)d."
        super().__init__(
            max_length=LONGEST_TEXT,
            widget=forms.Textarea(attrs),
            error_messages={"max_length": too_long, **options.pop("error_messages", {})},
            **{"strip": True, **options},
        )

    def to_python(self, value: Any) -> str:
        # A line break counts as one character in the browser, and is posted as two.
        return str(super().to_python(value)).replace("\r\n", "\n")

    def clean(self, value: Any) -> str:
        return clean_paragraphs(super().clean(value), at_most=LONGEST_TEXT)


class DeclineForm(forms.Form):
    """The email to somebody whose application is declined."""

    message = StaffTextField(
        rows=12,
        label="Email",
        required=False,
        help_text="Plain text. An empty line begins a paragraph. We add the heading and footer.",
    )
    silently = forms.BooleanField(
        label="Don’t send an email", required=False, help_text="Such as for spam."
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not cleaned.get("silently") and "message" in cleaned and not cleaned["message"]:
            self.add_error("message", "Enter the email, or choose not to send one.")
        return cleaned


class QuestionForm(forms.Form):
    """A question to an applicant."""

    question = StaffTextField(
        rows=6,
        label="Question",
        error_messages={"required": "Enter a question."},
        help_text=(
            "Plain text, in the applicant’s language if you can. We add a link that takes the "
            "answer. It works for 30 days."
        ),
    )


class NoteForm(forms.Form):
    """An internal note."""

    note = StaffTextField(
        rows=3,
        label="Add a note",
        error_messages={"required": "Enter a note."},
        help_text=(
            "Only colleagues who see applications read it. But people may ask for all that we "
            "keep about them, notes included."
        ),
    )
