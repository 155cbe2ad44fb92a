"""The form of the brand: the text about it has one field for each language."""

from typing import Any

from django import forms
from django.conf import settings
from unfold.widgets import UnfoldAdminTextareaWidget

from newsletter.admin.form import StaffForm
from newsletter.core.languages import direction_of, own_name

ABOUT = "about_"
LONGEST_ABOUT = 3000


class BrandForm(StaffForm):
    """The form of the brand. Texts in languages that are no longer offered stay as they are."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.fields:
            if name.startswith(ABOUT):
                self.initial[name] = self._about(name)

    def value_now(self, name: str) -> Any:
        return self._about(name) if name.startswith(ABOUT) else super().value_now(name)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        written = {
            name.removeprefix(ABOUT): str(text).strip()
            for name, text in cleaned.items()
            if name.startswith(ABOUT)
        }
        about = {**self.instance.about, **written}
        self.instance.about = {tag: text for tag, text in about.items() if text}
        return cleaned

    def _about(self, name: str) -> str:
        return str(self.instance.about.get(name.removeprefix(ABOUT), ""))


def about_fields() -> list[str]:
    """Return the names of the fields, in the order of LANGUAGES."""
    return [f"{ABOUT}{tag}" for tag in settings.CONTENT_LANGUAGES]


def brand_form() -> type[BrandForm]:
    """Return the form with a field for each language of this installation."""
    fields: dict[str, Any] = {
        f"{ABOUT}{tag}": forms.CharField(
            label=own_name(tag),
            required=False,
            max_length=LONGEST_ABOUT,
            widget=UnfoldAdminTextareaWidget(
                attrs={"rows": 5, "lang": tag, "dir": direction_of(tag)}
            ),
        )
        for tag in settings.CONTENT_LANGUAGES
    }
    return type("BrandForm", (BrandForm,), fields)
