"""The form in which staff put right what is known of a person."""

from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminSelectWidget

from newsletter.admin.form import StaffForm
from newsletter.admin.help_texts import help_text_of
from newsletter.core.languages import language_menu
from newsletter.core.time_zones import zone_menu
from newsletter.core.web_addresses import holds_web_address
from subscribers.models import Subscriber
from subscribers.person_names import NO_WEB_ADDRESS, clean_name


class SubscriberForm(StaffForm):
    """The details that staff may correct. What a person agreed to is not among them."""

    language = forms.ChoiceField(
        widget=UnfoldAdminSelectWidget,
        help_text=help_text_of(Subscriber, "language"),
    )
    time_zone = forms.ChoiceField(
        required=False,
        widget=UnfoldAdminSelectWidget,
        help_text=help_text_of(Subscriber, "time_zone"),
    )

    class Meta:
        model = Subscriber
        fields = [
            "full_name",
            "given_name",
            "greeting",
            "salutation",
            "institution",
            "language",
            "country",
            "time_zone",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = self.fields.get("language")
        if isinstance(language, forms.ChoiceField):
            language.choices = language_menu(self.instance.language)
        zone = self.fields.get("time_zone")
        if isinstance(zone, forms.ChoiceField):
            zone.choices = [("", "Unknown"), *zone_menu([self.instance.time_zone], title="Now")]

    def clean_full_name(self) -> str:
        return self._checked_name("full_name")

    def clean_given_name(self) -> str:
        return self._checked_name("given_name")

    def clean_salutation(self) -> str:
        return self._checked_name("salutation")

    def _checked_name(self, field: str) -> str:
        name = str(self.cleaned_data[field])
        if holds_web_address(clean_name(name)):
            raise forms.ValidationError(NO_WEB_ADDRESS)
        return name
