"""The forms of staff accounts."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib.auth.forms import ReadOnlyPasswordHashWidget
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.forms import UserChangeForm

from newsletter.admin.form import StaffForm
from staff.accounts.administrators import LastAdministrator, keep_an_administrator
from staff.accounts.names import BadName, clean_name
from staff.accounts.roles_of import groups_of_roles
from staff.accounts.unique_login import NotFree, own_address, own_username
from staff.roles import ADMINISTRATOR


class PasswordLink(ReadOnlyPasswordHashWidget):
    """A link to what can be done about it, where Django shows parts of the hash."""

    def id_for_label(self, id_: str) -> str:
        return id_

    def render(
        self, name: str, value: object, attrs: dict[str, Any] | None = None, renderer: object = None
    ) -> SafeString:
        return format_html(
            '<a id="{}" class="st-button st-small" href="../password/">'
            "Password and second steps</a>",
            (attrs or {}).get("id", ""),
        )


class AccountForm(StaffForm, UserChangeForm):  # type: ignore[misc] # unfold ships no types
    """The form of an account, without Django's words on hashes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if password := self.fields.get("password"):
            password.widget, password.label, password.help_text = PasswordLink(), "Sign-in", ""
            password.show_hidden_initial = False

    def clean_first_name(self) -> str:
        return self._checked("first_name", clean_name)

    def clean_last_name(self) -> str:
        return self._checked("last_name", clean_name)

    def clean_username(self) -> str:
        return self._checked("username", partial(own_username, of=self.instance))

    def clean_email(self) -> str:
        return self._checked("email", partial(own_address, of=self.instance))

    def _checked(self, name: str, check: Callable[[str], str]) -> str:
        """Check what was typed as in an invitation. What an account has already is left alone."""
        typed: str = self.cleaned_data[name]
        if not typed or name not in self.changed_data:
            return typed
        try:
            return check(typed)
        except (BadName, NotFree) as error:
            raise ValidationError(str(error)) from error

    def clean(self) -> dict[str, Any]:
        """Refuse to take the last administrator away.

        Runs in the transaction that saves the form, and the lock is held until its end.
        """
        cleaned = super().clean()
        if "groups" in self.fields and "groups" not in self.changed_data:
            # Those of this moment, in case a colleague has changed them since the page was opened.
            cleaned["groups"] = groups_of_roles().filter(user=self.instance)
        if self.fields.keys() >= {"groups", "is_active"} and not _is_administrator(cleaned):
            try:
                keep_an_administrator(besides=self.instance)
            except LastAdministrator as last:
                self.add_error("groups" if cleaned["is_active"] else "is_active", str(last))
        return cleaned


def _is_administrator(cleaned: dict[str, Any]) -> bool:
    """Return whether the account is one after this form is saved."""
    roles = {group.name for group in cleaned.get("groups", ())}
    return bool(cleaned.get("is_active")) and ADMINISTRATOR.name in roles
