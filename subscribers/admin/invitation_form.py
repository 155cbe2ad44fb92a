"""The form by which staff invite somebody to follow a topic."""

from django import forms
from django.conf import settings

from newsletter.core.addresses import BadAddress, parse_address
from newsletter.core.languages import language_name


class InvitationForm(forms.Form):
    """An address, and the language in which it is invited."""

    email = forms.CharField(
        label="Email address",
        max_length=320,
        error_messages={"required": "Enter an email address."},
        widget=forms.EmailInput({"class": "st-input", "autocomplete": "off"}),
        help_text="They get an email with a link, and follow the topic once they accept.",
    )
    language = forms.ChoiceField(label="Language of the email")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type] # passed on as they came
        field = self.fields["language"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(tag, language_name(tag)) for tag in settings.CONTENT_LANGUAGES]
            field.widget.attrs["class"] = "st-input"
            field.error_messages["invalid_choice"] = "Select one of these languages."
            field.error_messages["required"] = "Select a language."

    def clean_email(self) -> str:
        """Return the normalised address."""
        try:
            return parse_address(self.cleaned_data["email"])
        except BadAddress as error:
            raise forms.ValidationError(str(error)) from error
