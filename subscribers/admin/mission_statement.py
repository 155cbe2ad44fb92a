"""The mission statement, in each language of the installation's visitors, side by side."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminSelectWidget

from newsletter.admin.form import StaffForm
from newsletter.admin.lists import StaffAdmin
from newsletter.core.languages import language_menu, language_name
from subscribers.admin.local_texts import LocalTextsField
from subscribers.applications.paragraphs import clean_paragraphs
from subscribers.local_texts import LocalTexts, TextKind
from subscribers.models import MissionStatement

LONGEST = 20_000
MISSION_TEXTS = {
    "title": TextKind("Title", longest=150),
    "text": TextKind("Text", longest=LONGEST, rows=12, has_paragraphs=True),
}


class MissionStatementForm(StaffForm):
    """A mission statement's form.

    That of a statement which is there holds those in other languages, too, each beside its own.
    """

    language = forms.ChoiceField(
        widget=UnfoldAdminSelectWidget,
        help_text="Visitors see the language that suits them best.",
    )
    texts = LocalTextsField(
        MISSION_TEXTS,
        label="Other languages",
        required=False,
        help_text=(
            "Visitors see the language that suits them best. Leave a language empty where it isn’t "
            "translated: they see another one."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.others = self._statements()
        language = self.fields.get("language")
        if isinstance(language, forms.ChoiceField):
            language.choices = language_menu(self.instance.language)
        field = self.fields.get("texts")
        if isinstance(field, LocalTextsField):
            own = {name: getattr(self.instance, name) for name in MISSION_TEXTS}
            field.show(own, kept=self.others, language=self.instance.language)
            self.initial["texts"] = self.others

    def value_now(self, name: str) -> Any:
        return self.others if name == "texts" else super().value_now(name)

    def clean_text(self) -> str:
        return clean_paragraphs(self.cleaned_data["text"], at_most=LONGEST)

    def clean_texts(self) -> LocalTexts:
        """Return those in other languages, each with a title and a text.

        One that is there isn't removed: a page that was opened before it was added shows it empty.
        """
        typed: LocalTexts = self.cleaned_data["texts"]
        for language in {*typed, *self.others}:
            if not all(typed.get(language, {}).get(name) for name in MISSION_TEXTS):
                raise forms.ValidationError(
                    f"Enter a title and a text in {language_name(language)}."
                )
        return {
            language: {**texts, "text": clean_paragraphs(texts["text"], at_most=LONGEST)}
            for language, texts in typed.items()
        }

    def _statements(self) -> LocalTexts:
        others = MissionStatement.objects.exclude(pk=self.instance.pk).order_by("language")
        return {each.language: {"title": each.title, "text": each.text} for each in others}


@admin.register(MissionStatement)
class MissionStatementAdmin(StaffAdmin):
    """Mission statements, one a language."""

    form = MissionStatementForm
    empty_text = (
        "There is no mission statement yet. Once there is one, the application form asks people to "
        "read it."
    )
    add_label = "Add a language"
    add_button = "Save mission statement"
    list_title = "Mission statement"
    list_display = ["language", "title", "updated_at"]

    def get_fieldsets(self, request: HttpRequest, obj: MissionStatement | None = None) -> Any:
        own = (None, {"fields": ["language", "title", "text"]})
        # Of a new one nobody knows yet in which language it is.
        return [own, (None, {"fields": ["texts"]})] if obj else [own]

    def save_model(
        self, request: HttpRequest, obj: MissionStatement, form: Any, change: bool
    ) -> None:
        super().save_model(request, obj, form, change)
        for language, texts in form.cleaned_data.get("texts", {}).items():
            if language != obj.language and texts != form.others.get(language):
                MissionStatement.objects.update_or_create(language=language, defaults=texts)

    def has_delete_permission(self, request: object, obj: MissionStatement | None = None) -> bool:
        return False
