"""The form of a row on the staff pages: what was not changed on it is left alone."""

from typing import Any

from django import forms


class StaffForm(forms.ModelForm):  # type: ignore[type-arg] # generic for the type checker alone
    """A form that says what it was opened with, so that only what staff changed on it is written.

    Otherwise whoever saves a page that was opened a while ago takes back what was changed
    meanwhile, by the person whose row it is or by a colleague.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            # A script's form, which doesn't say it, is compared with the row.
            field.show_hidden_initial = bool(self.instance.pk) and (
                not self.is_bound or self.add_initial_prefix(name) in self.data
            )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.instance.pk:
            for name in cleaned.keys() - set(self.changed_data):
                cleaned[name] = self.value_now(name)
        return cleaned

    def value_now(self, name: str) -> Any:
        """Return what the row says now, for a field that was not changed."""
        return getattr(self.instance, name)
