"""The rich-text editor (django-prose-editor): its buttons, and its scripts and styles."""

from django import forms
from django.utils.safestring import SafeString
from django_prose_editor.fields import ProseEditorFormField

EXTENSIONS: dict[str, object] = {
    "Bold": True,
    "Italic": True,
    "BulletList": True,
    "OrderedList": {"enableListAttributes": False},
    "ListItem": True,
    "Blockquote": True,
    "HardBreak": True,
    "Heading": {"levels": [2, 3]},
    "Link": {"enableTarget": False, "defaultProtocol": "https"},
    "NoSpellCheck": False,
}
"""The formatting that mail programs show reliably, and that rendering keeps. What the editor sends
is cleaned all the same."""


def rich_text_input(name: str, value: str, *, identifier: str, **attributes: str) -> SafeString:
    """Return the textarea that the editor replaces. Without JavaScript it shows the HTML itself.

    The composer's own scripts make the editor (static/staff/composer/editors.js).
    """
    field = ProseEditorFormField(config={"extensions": EXTENSIONS}, preset="composer")
    html: SafeString = field.widget.render(
        name, value, attrs={"id": identifier, "rows": "8", "class": "st-input", **attributes}
    )
    return html


def composer_media() -> forms.Media:
    """Return scripts, import map and styles.

    The import map is inline, so a page renders it with the policy's nonce.
    """
    media: forms.Media = ProseEditorFormField(config={"extensions": EXTENSIONS}).widget.media
    return media
