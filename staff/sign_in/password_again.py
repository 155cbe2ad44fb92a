"""The form that asks for the password of whoever is signed in already."""

from typing import Any

from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from staff.audit_actions import AccountAction
from staff.sign_in.audited_failures import record_failure
from staff.sign_in.form import LoginForm, too_many
from staff.sign_in.password_limits import sign_in_attempt


class PasswordAgainForm(forms.Form):
    """The password, with the limits of the sign-in page."""

    password = forms.CharField(
        strip=False,
        error_messages={"required": "Enter your password."},
        widget=forms.PasswordInput({"class": "st-input", "autocomplete": "current-password"}),
    )

    def __init__(self, *given: Any, request: HttpRequest, **options: Any) -> None:
        super().__init__(*given, **options)
        self.request = request

    def clean_password(self) -> str:
        account = self.request.user
        name = account.get_username()
        attempt = sign_in_attempt(
            name,
            username=name,
            account_id=account.pk,
            environ=self.request.META,
            cookies=self.request.COOKIES,
        )
        if seconds := attempt.seconds_to_wait():
            if attempt.is_first_refusal():
                record_failure(AccountAction.SIGN_IN_SLOWED, name)
            raise too_many(LoginForm.error_messages["too_many"], seconds)
        password: str = self.cleaned_data["password"]
        if not account.check_password(password):
            attempt.failed()
            record_failure(AccountAction.SIGN_IN_FAILED, name)
            raise ValidationError("This password is wrong. Passwords are case-sensitive.")
        attempt.succeeded()
        return password

    def save(self) -> None:
        """Note in the session that the person has just shown who they are."""
        reauthenticate_by_password(self.request)
