"""The field in which staff write a topic's texts in other languages, beside its own."""

import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from newsletter.core.languages import direction_of, language_name
from subscribers.consent.topic_texts import BadTopicText, TopicTexts, checked_texts
from subscribers.models import Topic
from subscribers.models.topic import LONGEST_TEXTS

LABELS = {"name": "Name", "description": "Description", "consent": "Consent wording"}
PER_LANGUAGE = "texts-{language}-{text}"


class TopicTextsWidget(forms.Widget):
    """For each language, the topic's own texts and a field beside each."""

    topic: Topic | None = None
    """The topic as it is saved; None where it is made."""

    def render(
        self, name: str, value: Any, attrs: Mapping[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        texts: TopicTexts = value if isinstance(value, dict) else {}
        languages = [
            {
                "tag": tag,
                "name": language_name(tag),
                "rows": [self._row(tag, text, texts.get(tag, {}).get(text, "")) for text in LABELS],
            }
            for tag in languages_of(texts)
        ]
        own = language_name(settings.CONTENT_LANGUAGES[0])
        context = {"languages": languages, "own_language": own, "id": (attrs or {}).get("id", "")}
        return render_to_string("studio/_topic_texts.html", context)

    def _row(self, tag: str, text: str, value: str) -> dict[str, Any]:
        name = PER_LANGUAGE.format(language=tag, text=text)
        attrs = {
            "id": f"id_{name}",
            "lang": tag,
            "dir": direction_of(tag),
            "maxlength": LONGEST_TEXTS[text],
        }
        widget = UnfoldAdminTextInputWidget() if text == "name" else UnfoldAdminTextareaWidget()
        if text != "name":
            attrs["rows"] = 3
        return {
            "id": attrs["id"],
            "label": LABELS[text],
            "own": getattr(self.topic, text, ""),
            "input": widget.render(name, value, attrs),
        }

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        """Return the texts by language; those of languages that the page didn't show stay."""
        kept: TopicTexts = dict(self.topic.texts) if self.topic else {}
        typed = {
            tag: {
                text: str(data.get(PER_LANGUAGE.format(language=tag, text=text), ""))
                for text in LABELS
            }
            for tag in languages_of(kept)
        }
        return kept | typed

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return not any(key.startswith("texts-") for key in data)

    def id_for_label(self, id_: str) -> str:
        return ""


class HiddenTexts(forms.HiddenInput):
    """The texts that the page was opened with."""

    def format_value(self, value: Any) -> str:
        return json.dumps(value or {}, sort_keys=True)


class TopicTextsField(forms.Field):
    """Texts of a topic by language."""

    widget = TopicTextsWidget
    hidden_widget = HiddenTexts

    def to_python(self, value: Any) -> Any:
        """Return texts by language, also of what `HiddenTexts` wrote; it may have been tampered."""
        if not isinstance(value, str):
            return value or {}
        try:
            read = json.loads(value)
        except ValueError:
            return {}
        return read if isinstance(read, dict) else {}

    def clean(self, value: Any) -> TopicTexts:
        try:
            return checked_texts(value)
        except BadTopicText as error:
            raise forms.ValidationError(str(error)) from error

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool((initial or {}) != checked_texts(data))
        except BadTopicText:
            return True


def languages_of(texts: TopicTexts) -> list[str]:
    """Return the languages that a topic's texts are edited in.

    They are those that we write in, but the first, which is that of the topic's own texts; and
    those of texts that are there already.
    """
    return list(dict.fromkeys([*settings.CONTENT_LANGUAGES[1:], *texts]))
