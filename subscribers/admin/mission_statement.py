"""The mission statement, in each language of the installation's visitors."""

from django import forms
from django.contrib import admin

from newsletter.admin.form import StaffForm
from newsletter.admin.lists import StaffAdmin
from newsletter.core.languages import BadLanguage, parse_language
from subscribers.applications.paragraphs import clean_paragraphs
from subscribers.models import MissionStatement


class MissionStatementForm(StaffForm):
    """A mission statement's form. A tag has one spelling, so that none is there twice."""

    def clean_language(self) -> str:
        try:
            return parse_language(self.cleaned_data["language"])
        except BadLanguage as error:
            raise forms.ValidationError(str(error)) from error

    def clean_text(self) -> str:
        return clean_paragraphs(self.cleaned_data["text"], at_most=20_000)


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
    fieldsets = [(None, {"fields": ["language", "title", "text"]})]

    def has_delete_permission(self, request: object, obj: MissionStatement | None = None) -> bool:
        return False
