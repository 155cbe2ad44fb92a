"""Signing in: unfold's form, and a limit on guesses."""

from typing import Any

from django.core.exceptions import ValidationError
from unfold.forms import AuthenticationForm

from campaigns.studio.guesses import guess_at

_WRONG = "That name and password don’t go together. Both tell capital letters from small ones."


class LoginForm(AuthenticationForm):  # type: ignore[misc] # unfold ships no types
    """Says the same whether an account exists, is inactive or the password is wrong; and, after too many, to wait."""

    error_messages = {
        "invalid_login": _WRONG,
        "inactive": _WRONG,
        "too_many": (
            "Too many attempts. Wait %(minutes)s, then try again. A device on which you "
            "have signed in before need not wait."
        ),
    }

    def clean(self) -> dict[str, Any]:
        name, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if self.request is None or not name or not password:
            return self._checked()
        guess = guess_at(name, environ=self.request.META, cookies=self.request.COOKIES)
        if seconds := guess.wait():
            minutes = max(1, -(-seconds // 60))
            words = {"minutes": "1 minute" if minutes == 1 else f"{minutes} minutes"}
            raise ValidationError(self.error_messages["too_many"], code="too_many", params=words)
        try:
            cleaned = self._checked()
        except ValidationError:
            guess.was_wrong()
            raise
        guess.was_right()
        return cleaned

    def _checked(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        return cleaned

    def get_invalid_login_error(self) -> ValidationError:
        return ValidationError(self.error_messages["invalid_login"], code="invalid_login")
