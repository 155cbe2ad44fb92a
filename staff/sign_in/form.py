"""The sign-in form: unfold's, with a limit on guessing."""

from typing import Any

from django.core.exceptions import ValidationError
from unfold.forms import AuthenticationForm

from newsletter.core.plural import number_of
from staff.sign_in.limits import sign_in_attempt

_WRONG = "The username or password is wrong. Passwords are case-sensitive."


class LoginForm(AuthenticationForm):  # type: ignore[misc] # unfold ships no types
    """Check a username and password.

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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("username", "password"):
            self.fields[name].error_messages["required"] = f"Enter your {name}."

    def clean(self) -> dict[str, Any]:
        name, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if self.request is None or not name or not password:
            return self._checked()
        attempt = sign_in_attempt(name, environ=self.request.META, cookies=self.request.COOKIES)
        if seconds := attempt.seconds_to_wait():
            minutes = max(1, -(-seconds // 60))
            words = {"minutes": number_of(minutes, "minute")}
            raise ValidationError(self.error_messages["too_many"], code="too_many", params=words)
        try:
            cleaned = self._checked()
        except ValidationError:
            attempt.failed()
            raise
        attempt.succeeded()
        return cleaned

    def _checked(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        return cleaned

    def get_invalid_login_error(self) -> ValidationError:
        return ValidationError(self.error_messages["invalid_login"], code="invalid_login")
