"""The form for a new password, which says its rules."""

from typing import Any

from django.conf import settings
from django.contrib.auth.forms import SetPasswordForm

RULES = (
    f"At least {settings.PASSWORD_LEAST_LENGTH} characters. A few words in a row are good.",
    "Not one of the common passwords.",
    "Not like your name, username or email address.",
)


class NewPasswordForm(SetPasswordForm):  # type: ignore[type-arg] # generic for the type checker alone
    """A new password, typed twice."""

    rules = RULES

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        labels = {"new_password1": "New password", "new_password2": "New password again"}
        for name, label in labels.items():
            field = self.fields[name]
            field.label, field.help_text = label, ""
            field.widget.attrs |= {"class": "st-input", "autocomplete": "new-password"}
            field.error_messages["required"] = f"Enter the {label.lower()}."
        self.error_messages = {
            **self.error_messages,
            "password_mismatch": "The two passwords differ. Type the same one twice.",
        }

    def validate_password_for_user(self, user: Any, *given: Any) -> None:
        """Check the rules, and say what is wrong beside the first field, below the rules."""
        super().validate_password_for_user(user, "new_password1")
