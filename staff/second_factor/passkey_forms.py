"""The forms of passkeys. An answer that was made for another site than ours is refused."""

import base64
import binascii
import json
import struct
from typing import Any

from allauth.core import context
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import AddWebAuthnForm, AuthenticateWebAuthnForm
from cryptography.exceptions import InvalidSignature
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from staff.audit_actions import AccountAction
from staff.second_factor.code_limits import code_attempt
from staff.sign_in.audited_failures import record_failure

WRONG_PASSKEY = "This passkey didn’t work. Try again, or use another way."
_BROKEN = (
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    RecursionError,
    struct.error,
    InvalidSignature,
)
"""Errors that libraries raise at data that no browser sends."""


class CredentialField(forms.JSONField):
    """JSON of a browser. What can't be read, however long or deep, is no answer of one."""

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except _BROKEN as error:
            raise ValidationError(self.error_messages["invalid"]) from error

    def bound_data(self, data: Any, initial: Any) -> Any:
        """Return nothing of what was sent: an answer is good for one request."""
        return initial


def _credential_field() -> CredentialField:
    return CredentialField(
        widget=forms.HiddenInput,
        error_messages={"required": WRONG_PASSKEY, "invalid": WRONG_PASSKEY},
    )


class PasskeyForm(AuthenticateWebAuthnForm):  # type: ignore[misc] # allauth ships no types
    """The answer of a passkey."""

    credential = _credential_field()

    def clean_credential(self) -> Authenticator:
        try:
            _check_origin(self.cleaned_data["credential"])
            return super().clean_credential()
        except (ValidationError, *_BROKEN) as error:
            username = self.user.get_username()
            # There is nothing to guess, so attempts aren't limited, but their entries are.
            if code_attempt(context.request, self.user).is_failure_told():
                record_failure(AccountAction.CODE_FAILED, username)
            raise ValidationError(WRONG_PASSKEY) from error


class PasskeyAgainForm(PasskeyForm):
    """The same, for whoever is signed in already."""

    reauthenticated = True


class NewPasskeyForm(AddWebAuthnForm):  # type: ignore[misc] # likewise
    """A passkey that is being added, and what its owner calls it."""

    credential = _credential_field()
    name = forms.CharField(
        label="Name",
        max_length=60,
        required=False,
        help_text="To tell it from others, such as “Work laptop”.",
        widget=forms.TextInput({"class": "st-input"}),
    )

    def clean(self) -> dict[str, Any]:
        try:
            if "credential" in self.cleaned_data:
                # Also one such as 0 or false, which allauth would keep without a look.
                _check_origin(self.cleaned_data["credential"])
            cleaned: dict[str, Any] = super().clean()
        except (ValidationError, *_BROKEN) as error:
            raise ValidationError(WRONG_PASSKEY) from error
        return cleaned


def _check_origin(credential: Any) -> None:
    """Refuse an answer that was made for another site than ours.

    fido2 takes subdomains and other ports for ours; nothing of ours is there.

    Raises:
        ValidationError: it was.
        ValueError, TypeError, KeyError: it is no answer of a browser.
    """
    raw = str(credential["response"]["clientDataJSON"])
    try:
        told = base64.urlsafe_b64decode(raw + "=" * (-len(raw) % 4))
    except binascii.Error as error:
        raise ValidationError(WRONG_PASSKEY) from error
    if json.loads(told)["origin"] != settings.SITE_URL:
        raise ValidationError(WRONG_PASSKEY)
