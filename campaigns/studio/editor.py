"""The rich-text editor (django-prose-editor): which marks it offers, and the scripts and styles it needs."""

from django import forms
from django.utils.safestring import SafeString
from django_prose_editor.fields import ProseEditorFormField

EXTENSIONS: dict[str, object] = {
    "Bold": True,
    "Italic": True,
    "BulletList": True,
    "OrderedList": True,
    "ListItem": True,
    "Blockquote": True,
    "HardBreak": True,
    "Heading": {"levels": [2, 3]},
    "Link": {"enableTarget": False},
    "NoSpellCheck": False,
}
"""What mail programs show reliably, and what the rendering keeps. It is cleaned when it is saved,
whatever the editor does."""


def rich_text_input(name: str, value: str, *, identifier: str, **attributes: str) -> SafeString:
    """The textarea that the editor takes over; without JavaScript it stays a textarea, with HTML in it."""
    field = ProseEditorFormField(config={"extensions": EXTENSIONS})
    html: SafeString = field.widget.render(
        name, value, attrs={"id": identifier, "rows": "8", "class": "st-input", **attributes}
    )
    return html


def composer_media() -> forms.Media:
    """Scripts, import map and styles.

    The import map is inline, so it is rendered with the policy's nonce.
    """
    media: forms.Media = ProseEditorFormField(config={"extensions": EXTENSIONS}).widget.media
    return media
