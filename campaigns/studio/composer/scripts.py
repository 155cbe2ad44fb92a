"""The scripts of the composer: modules that find each other by name, through an import map.

The map is made when the page is, so files may be served under names that tell their version.
"""

from django import forms
from django.forms.widgets import Script
from django_prose_editor.widgets import ImportMap, Media, prose_editor_base_media

MODULES = (
    "acts",
    "announce",
    "block_menu",
    "blocks",
    "clean_paste",
    "drag",
    "editors",
    "form_state",
    "history",
    "kept",
    "keys",
    "menu",
    "merge_fields",
    "merge_form",
    "merge_lines",
    "merge_menu",
    "merge_node",
    "pasted_html",
    "preview",
    "preview_panel",
    "select",
    "slash_menu",
    "undo",
)
"""Files of static/staff/composer, beside `main`, which starts them."""

_MEDIA = prose_editor_base_media + Media(
    importmap=ImportMap({f"composer/{name}": f"staff/composer/{name}.js" for name in MODULES}),
    js=[
        Script("staff/composer/main.js", type="module"),
        Script("staff/composer/add_source.js", type="module"),
        Script("staff/composer/settle_source.js", type="module"),
    ],
)


def composer_scripts() -> forms.Media:
    """Return the composer's scripts and styles, and the rich-text editor's.

    The import map is inline, so a page renders it with the policy's nonce.
    """
    media: forms.Media = _MEDIA
    return media
