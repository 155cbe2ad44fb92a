"""The form of the brand: texts have one field for each language; the neutral sender is checked."""

import copy
from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from newsletter.admin.form import StaffForm
from newsletter.admin.social_links_field import SocialLinksField
from newsletter.brand.neutral import clean_domain, problems_by_field
from newsletter.brand.neutral_texts import LONGEST_TEXTS, default_texts
from newsletter.core.languages import direction_of, language_name, own_name
from newsletter.media.image_files import EMAIL_WIDTH
from newsletter.models import MediaImage

ABOUT = "about_"
LONGEST_ABOUT = 3000
NEUTRAL_TEXT = "neutral_{text}_"
NEUTRAL_LABELS = {"sender_name": "Sender name", "subject": "Subject"}
NEUTRAL_FIELDS = ("neutral_sender_email", "neutral_domain", "neutral_return_path")


class BrandForm(StaffForm):
    """The form of the brand. Texts in languages that are no longer offered stay as they are."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.fields:
            if _text_of(name):
                self.initial[name] = self._text_now(name)

    def value_now(self, name: str) -> Any:
        return self._text_now(name) if _text_of(name) else super().value_now(name)

    def clean_neutral_domain(self) -> str:
        """Return the host name as it is kept."""
        return clean_domain(str(self.cleaned_data["neutral_domain"]))

    def clean_header_image(self) -> MediaImage | None:
        """Return the header image, which is as wide as an email."""
        image: MediaImage | None = self.cleaned_data["header_image"]
        if image is not None and image.width < EMAIL_WIDTH:
            raise forms.ValidationError(
                f"Choose an image that is at least {EMAIL_WIDTH} pixels wide. This one has "
                f"{image.width}."
            )
        return image

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        texts: dict[str, dict[str, dict[str, str]]] = {"about": {}, "neutral": {}}
        for name, typed in cleaned.items():
            if of := _text_of(name):
                which, text, language = of
                texts[which].setdefault(language, {})[text] = str(typed or "").strip()
        about = {**self.instance.about, **{tag: t["about"] for tag, t in texts["about"].items()}}
        self.instance.about = {tag: text for tag, text in about.items() if text}
        neutral = {**self.instance.neutral_texts, **texts["neutral"]}
        self.instance.neutral_texts = {
            tag: written
            for tag, both in neutral.items()
            if (written := {name: text for name, text in both.items() if text})
        }
        self._check_neutral(cleaned)
        return cleaned

    def _check_neutral(self, cleaned: Mapping[str, Any]) -> None:
        """Refuse neutral settings that would give anybody away. Without any of them all is well."""
        if not any(cleaned.get(name) for name in NEUTRAL_FIELDS):
            return
        wanted = copy.copy(self.instance)
        for name, value in cleaned.items():
            if name in {field.name for field in wanted._meta.concrete_fields}:
                setattr(wanted, name, value)
        for field, problems in problems_by_field(wanted).items():
            # What Django refused already, such as no address at all, isn't said twice.
            if field not in self.errors:
                shown = field if field in self.fields else None
                self.add_error(shown, [forms.ValidationError(problem) for problem in problems])

    def _text_now(self, name: str) -> str:
        which, text, language = _text_of(name) or ("", "", "")
        if which == "about":
            return str(self.instance.about.get(language, ""))
        return str((self.instance.neutral_texts.get(language) or {}).get(text, ""))


def _text_of(name: str) -> tuple[str, str, str] | None:
    """Return of which texts a field is one, which text, and its language; None of other fields."""
    if name.startswith(ABOUT):
        return "about", "about", name.removeprefix(ABOUT)
    for text in NEUTRAL_LABELS:
        beginning = NEUTRAL_TEXT.format(text=text)
        language = name.removeprefix(beginning)
        if name.startswith(beginning) and language in settings.CONTENT_LANGUAGES:
            return "neutral", text, language
    return None


def about_fields() -> list[str]:
    """Return the names of the fields, in the order of LANGUAGES."""
    return [f"{ABOUT}{tag}" for tag in settings.CONTENT_LANGUAGES]


def neutral_text_fields() -> list[tuple[str, ...]]:
    """Return the names of the fields by language, in the order of LANGUAGES."""
    return [
        tuple(f"{NEUTRAL_TEXT.format(text=text)}{tag}" for text in NEUTRAL_LABELS)
        for tag in settings.CONTENT_LANGUAGES
    ]


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
    for tag in settings.CONTENT_LANGUAGES:
        for text, ours in default_texts(tag).items():
            fields[f"{NEUTRAL_TEXT.format(text=text)}{tag}"] = forms.CharField(
                label=f"{NEUTRAL_LABELS[text]} in {language_name(tag)}",
                required=False,
                max_length=LONGEST_TEXTS[text],
                widget=UnfoldAdminTextInputWidget(
                    attrs={"lang": tag, "dir": direction_of(tag), "placeholder": ours}
                ),
            )
    fields["social_links"] = SocialLinksField(
        label="Social links",
        help_text=(
            "One on each line: its name, then the link, such as “LinkedIn https://…”. For the "
            "block “Social links” of emails."
        ),
    )
    return type("BrandForm", (BrandForm,), fields)
