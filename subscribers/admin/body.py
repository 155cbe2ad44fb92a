"""Bodies beside the countries, and names that members use for themselves."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django_countries.data import COUNTRIES
from unfold.widgets import UnfoldAdminSelectWidget

from newsletter.admin.columns import column
from newsletter.admin.form import StaffForm
from newsletter.admin.lists import StaffAdmin
from subscribers.admin.local_texts import LocalTextsField
from subscribers.countries import free_code
from subscribers.local_texts import TextKind
from subscribers.models import Body


class BodyForm(StaffForm):
    """A body's form: of its own, or another name for a country."""

    names = LocalTextsField(
        {"name": TextKind("Name", longest=100)},
        label="Other languages",
        required=False,
        help_text=(
            "Shown to people who read our pages in that language. Where a name is missing, they "
            "see the one that Unicode knows for the same place, or the name above."
        ),
    )
    country = forms.ChoiceField(
        label="In place of",
        required=False,
        widget=UnfoldAdminSelectWidget,
        help_text=(
            "Choose a country to give it the name that its members use. Leave it empty for a body "
            "of its own, such as a parliament of several countries."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = self.fields.get("names")
        if isinstance(names, LocalTextsField):
            kept = {language: {"name": name} for language, name in self.instance.names.items()}
            names.show({"name": self.instance.name}, kept=kept)
            self.initial["names"] = kept
        if self.instance.pk:  # its code is in the rows of people
            self.fields.pop("country", None)
        field = self.fields.get("country")
        if isinstance(field, forms.ChoiceField):
            named = sorted(((code, str(name)) for code, name in COUNTRIES.items()), key=_by_name)
            field.choices = [("", "A body of its own"), *named]
            field.error_messages["invalid_choice"] = "Select one of these countries."

    def clean_names(self) -> dict[str, str]:
        """Return the names as they are kept: language → name."""
        return {language: texts["name"] for language, texts in self.cleaned_data["names"].items()}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.instance.pk:
            return cleaned
        code = cleaned.get("country") or free_code()
        if not code:
            raise forms.ValidationError("There is no room for another body.")
        if Body.objects.filter(code=code).exists():
            self.add_error("country", "This country has another name already. Change that one.")
        self.instance.code = code
        return cleaned


def _by_name(choice: tuple[str, str]) -> str:
    return choice[1]


@admin.register(Body)
class BodyAdmin(StaffAdmin):
    """Bodies. Their codes stand in the rows of people, so none is deleted."""

    form = BodyForm
    list_title = "Countries and bodies"
    empty_text = "Bodies beside the countries of ISO 3166-1 appear here."
    add_label = "Add a body or a name"
    add_button = "Save name"
    list_before_template = "studio/_about_bodies.html"
    list_display = ["name", "in_place_of", "is_offered"]
    search_fields = ["name"]
    readonly_fields = ["in_place_of"]

    @column("In place of")
    def in_place_of(self, body: Body) -> str:
        return str(COUNTRIES.get(body.code, "–"))

    def get_fieldsets(self, request: HttpRequest, obj: Body | None = None) -> Any:
        which = "in_place_of" if obj else "country"
        return [
            (None, {"fields": ["name", which, "is_offered"]}),
            (None, {"fields": ["names"]}),
        ]

    def has_delete_permission(self, request: HttpRequest, obj: Body | None = None) -> bool:
        return False
