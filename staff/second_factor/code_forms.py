"""The forms of codes: of an authenticator app, and recovery codes."""

from typing import Any

from allauth.core import context
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django import forms
from django.core.exceptions import ValidationError

from staff.audit_actions import AccountAction
from staff.second_factor.code_limits import code_attempt
from staff.second_factor.codes import matching_counter, plain_code, use_code
from staff.sign_in.audited_failures import record_failure
from staff.sign_in.form import too_many

TOO_MANY = (
    "Too many attempts. Wait %(minutes)s, then try again, or use a passkey. You don’t have to wait "
    "on a device where you have signed in before."
)
WRONG_CODE = (
    "This code is wrong, or was used already. A recovery code works once. An app shows a new code "
    "every 30 seconds; if none of them works, set the clock of your phone to automatic."
)


def _code_field(label: str, help_text: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=20,
        error_messages={"required": "Enter the code."},
        widget=forms.TextInput(
            {"class": "st-input", "autocomplete": "one-time-code", "inputmode": "numeric"}
        ),
    )


class CodeForm(forms.Form):
    """A code of the app, or a recovery code."""

    code = _code_field("Code", "6 digits from the app, or the 8 of a recovery code.")
    reauthenticated = False

    def __init__(self, *given: Any, user: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self.user = user
        if not Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists():
            self.fields["code"].help_text = "The 8 digits of a recovery code."

    def clean_code(self) -> str:
        username = self.user.get_username()
        attempt = code_attempt(context.request, self.user)
        if seconds := attempt.seconds_to_wait():
            if attempt.is_first_refusal():
                record_failure(AccountAction.SIGN_IN_SLOWED, username)
            raise too_many(TOO_MANY, seconds)
        code: str = self.cleaned_data["code"]
        self.authenticator = use_code(self.user, code)
        if self.authenticator is None:
            record_failure(AccountAction.CODE_FAILED, username)
            raise ValidationError(WRONG_CODE)
        attempt.succeeded()
        return code

    def save(self) -> None:
        """Note in the session that this step is passed."""
        post_authentication(
            context.request, self.authenticator, reauthenticated=self.reauthenticated
        )


class CodeAgainForm(CodeForm):
    """The same, for whoever is signed in already."""

    reauthenticated = True


class AuthenticatorAppForm(forms.Form):
    """The first code of an app that is being set up."""

    code = _code_field("Code from the app", "6 digits. Spaces don’t matter.")

    def __init__(self, *given: Any, user: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self.user = user
        self.secret = totp.get_totp_secret(regenerate=not self.is_bound)

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        self.counter = matching_counter(self.secret, plain_code(code))
        if self.counter is None:
            raise ValidationError(WRONG_CODE)
        return code
