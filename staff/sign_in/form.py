"""The sign-in form: unfold's, with a limit on guessing."""

from typing import Any

from django.core.exceptions import ValidationError
from unfold.forms import AuthenticationForm

from newsletter.core.plural import number_of
from staff.accounts.account_of_login import account_named
from staff.audit_actions import AccountAction
from staff.sign_in.audited_failures import record_failure
from staff.sign_in.password_limits import sign_in_attempt

_WRONG = "The username or password is wrong. Both are case-sensitive; an email address isn’t."


class LoginForm(AuthenticationForm):  # type: ignore[misc] # unfold ships no types
    """Check a username, or the email address of an account, and a password.

    The answer is the same for an unknown account, an inactive one and a wrong password. After too
    many attempts it is to wait.
    """

    error_messages = {
        "invalid_login": _WRONG,
        "inactive": _WRONG,
        "too_many": (
            "Too many attempts. Wait %(minutes)s, then try again. You don’t have to wait on a "
            "device where you have signed in before."
        ),
    }

    seconds_to_wait = 0
    """Seconds until the next attempt, where this one came too soon."""
    is_refused_again = False
    """The page has said lately that they have to wait."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, words in (("username", "username or email address"), ("password", "password")):
            self.fields[name].error_messages["required"] = f"Enter your {words}."

    def clean(self) -> dict[str, Any]:
        typed, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if self.request is None or not typed or not password:
            return self._checked()
        name, account_id = account_named(typed)
        self.cleaned_data["username"] = name
        attempt = sign_in_attempt(
            typed,
            username=name,
            account_id=account_id,
            environ=self.request.META,
            cookies=self.request.COOKIES,
        )
        if seconds := attempt.seconds_to_wait():
            self.seconds_to_wait, self.is_refused_again = seconds, not attempt.is_first_refusal()
            if not self.is_refused_again:
                record_failure(AccountAction.SIGN_IN_SLOWED, name)
            raise too_many(self.error_messages["too_many"], seconds)
        try:
            cleaned = self._checked()
        except ValidationError:
            attempt.failed()
            record_failure(AccountAction.SIGN_IN_FAILED, name)
            raise
        attempt.succeeded()
        return cleaned

    def _checked(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        return cleaned

    def get_invalid_login_error(self) -> ValidationError:
        return ValidationError(self.error_messages["invalid_login"], code="invalid_login")


def too_many(words: str, seconds: int) -> ValidationError:
    """Return the complaint that somebody has to wait.

    Args:
        words: with a place for %(minutes)s.
        seconds: until the next attempt.
    """
    minutes = number_of(max(1, -(-seconds // 60)), "minute")
    return ValidationError(words, code="too_many", params={"minutes": minutes})
