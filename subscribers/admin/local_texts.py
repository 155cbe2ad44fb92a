"""The field in which staff write texts in other languages, each beside the row's own."""

import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from newsletter.core.languages import direction_of, language_name
from subscribers.local_texts import BadLocalText, LocalTexts, TextKind, checked_texts

PER_LANGUAGE = "texts-{language}-{text}"


class LocalTextsWidget(forms.Widget):
    """For each language, the row's own texts and a field beside each.

    Attributes:
        own: the row's own texts, by name.
        own_language: in which they are.
        kept: those of other languages, as they are saved.
    """

    template_name = "studio/_local_texts.html"

    def __init__(self, kinds: Mapping[str, TextKind]) -> None:
        super().__init__()
        self.kinds = kinds
        self.own: Mapping[str, str] = {}
        self.own_language: str = settings.CONTENT_LANGUAGES[0]
        self.kept: LocalTexts = {}

    def render(
        self, name: str, value: Any, attrs: Mapping[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        texts: LocalTexts = value if isinstance(value, dict) else {}
        languages = [
            {
                "tag": tag,
                "name": language_name(tag),
                "has_text": any(texts.get(tag, {}).values()),
                "rows": [
                    self._row(tag, text, kind, texts.get(tag, {}).get(text, ""))
                    for text, kind in self.kinds.items()
                ],
            }
            for tag in self._languages(texts)
        ]
        context = {
            "languages": languages,
            "own_language": language_name(self.own_language),
            "own_tag": self.own_language,
            "own_direction": direction_of(self.own_language),
            "id": (attrs or {}).get("id", ""),
        }
        return render_to_string(self.template_name, context)

    def _row(self, tag: str, text: str, kind: TextKind, value: str) -> dict[str, Any]:
        name = PER_LANGUAGE.format(language=tag, text=text)
        attrs: dict[str, Any] = {
            "id": f"id_{name}",
            "lang": tag,
            "dir": direction_of(tag),
            "maxlength": kind.longest,
        }
        widget = UnfoldAdminTextInputWidget() if kind.rows == 1 else UnfoldAdminTextareaWidget()
        if kind.rows > 1:
            attrs["rows"] = kind.rows
        return {
            "id": attrs["id"],
            "label": kind.label,
            "own": self.own.get(text, ""),
            "input": widget.render(name, value, attrs),
        }

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        """Return the texts by language; those of languages that the page didn't show stay."""
        typed = {
            tag: {
                text: str(data.get(PER_LANGUAGE.format(language=tag, text=text), ""))
                for text in self.kinds
            }
            for tag in self._languages(self.kept)
        }
        return self.kept | typed

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return not any(key.startswith("texts-") for key in data)

    def id_for_label(self, id_: str) -> str:
        return ""

    def _languages(self, texts: LocalTexts) -> list[str]:
        """Return those that we write in, but for the row's own, and those that are there."""
        tags = dict.fromkeys([*settings.CONTENT_LANGUAGES, *texts])
        return [tag for tag in tags if tag != self.own_language]


class HiddenTexts(forms.HiddenInput):
    """The texts that the page was opened with."""

    def format_value(self, value: Any) -> str:
        return json.dumps(value or {}, sort_keys=True)


class LocalTextsField(forms.Field):
    """Texts by language."""

    hidden_widget = HiddenTexts

    def __init__(self, kinds: Mapping[str, TextKind], **options: Any) -> None:
        super().__init__(widget=LocalTextsWidget(kinds), **options)
        self.kinds = kinds

    def show(
        self, own: Mapping[str, str], *, kept: LocalTexts | None = None, language: str = ""
    ) -> None:
        """Show texts beside the row's own.

        Args:
            own: the row's own texts, by name.
            kept: those of other languages, as they are saved.
            language: of the row's own; empty for that in which the installation writes first.
        """
        widget = self.widget
        assert isinstance(widget, LocalTextsWidget)  # noqa: S101 - for the type checker
        widget.own, widget.kept = own, kept or {}
        widget.own_language = language or settings.CONTENT_LANGUAGES[0]

    def to_python(self, value: Any) -> Any:
        """Return texts by language, also of what `HiddenTexts` wrote; it may have been tampered."""
        if not isinstance(value, str):
            return value or {}
        try:
            read = json.loads(value)
        except ValueError:
            return {}
        return read if isinstance(read, dict) else {}

    def clean(self, value: Any) -> LocalTexts:
        try:
            return checked_texts(value, kinds=self.kinds)
        except BadLocalText as error:
            raise forms.ValidationError(str(error)) from error

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool((initial or {}) != checked_texts(data, kinds=self.kinds))
        except BadLocalText:
            return True
