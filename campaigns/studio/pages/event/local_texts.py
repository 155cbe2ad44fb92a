"""The texts of an event in other languages, each beside its own, and rich where it is."""

from typing import Any

from django_prose_editor.fields import ProseEditorFormField

from campaigns.events.description import description_html, to_edit
from campaigns.models import Event
from campaigns.models.event_words import EVENT_TEXTS
from campaigns.studio.composer.editor import EXTENSIONS
from newsletter.core.languages import direction_of
from subscribers.admin.local_texts import PER_LANGUAGE, LocalTextsField, LocalTextsWidget
from subscribers.local_texts import TextKind

RICH = "description"


class EventTextsWidget(LocalTextsWidget):
    """The texts of an event, of which the description is written in the rich-text editor."""

    template_name = "studio/event/_local_texts.html"

    def _row(self, tag: str, text: str, kind: TextKind, value: str) -> dict[str, Any]:
        row = super()._row(tag, text, kind, value)
        if text != RICH:
            return row
        attrs = {"id": row["id"], "rows": "8", "lang": tag, "dir": direction_of(tag)}
        editor = ProseEditorFormField(config={"extensions": EXTENSIONS}).widget
        name = PER_LANGUAGE.format(language=tag, text=text)
        return {
            **row,
            "own_html": description_html(self.own.get(text, "")),
            "input": editor.render(name, to_edit(value), attrs),
        }


class EventTextsField(LocalTextsField):
    """Texts of an event by language."""

    def __init__(self, **options: Any) -> None:
        super().__init__(EVENT_TEXTS, **options)
        self.widget = EventTextsWidget(EVENT_TEXTS)

    def show_event(self, event: Event) -> None:
        """Show the event's texts beside its own."""
        own = {name: getattr(event, name) for name in EVENT_TEXTS}
        self.show(own, kept=event.texts)
