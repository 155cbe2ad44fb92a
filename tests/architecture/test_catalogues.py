"""Each catalogue has all texts of emails, with nothing missing, fuzzy or left over."""

import re
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po
from django.conf import settings
from django.template import Engine
from django.templatetags.i18n import BlockTranslateNode, TranslateNode

from tests.architecture.sources import files, text_of

LOCALE = Path(settings.BASE_DIR, "locale")
PLAIN_ENGLISH = LOCALE / "en" / "LC_MESSAGES" / "django.po"
"""It says anew what Django says of mistakes, and translates nothing."""
CATALOGUES = sorted({*LOCALE.glob("*/LC_MESSAGES/django.po")} - {PLAIN_ENGLISH})
PRODUCT = ("campaigns", "subscribers", "staff", "newsletter", "config", "templates")
TEMPLATES = [path for path in files(".mjml", ".txt", ".html") if path.parts[0] in PRODUCT]
"""A block's template stands in its own folder, so they are not all in templates/."""
_KEYWORDS = {"gettext": None, "gettext_lazy": None, "_": None}


def said_in_templates() -> set[str]:
    """Return what the templates mark to be translated, as Django would look it up."""
    found = set()
    for path in TEMPLATES:
        nodes: Any = Engine.get_default().from_string(text_of(path)).nodelist
        found |= {
            str(node.filter_expression.var.literal)
            for node in nodes.get_nodes_by_type(TranslateNode)
        }
        found |= {
            node.render_token_list(node.singular)[0]
            for node in nodes.get_nodes_by_type(BlockTranslateNode)
        }
    return found


def said_in_code() -> set[str]:
    """Return what the code marks to be translated."""
    return {
        str(message)
        for path in files(".py")
        if path.parts[0] in PRODUCT
        for _, message, _, _ in extract_from_file("python", path, keywords=_KEYWORDS)
    }


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, abort_invalid=True)


def test_there_are_catalogues_and_words_to_translate() -> None:
    assert "es" in [path.parent.parent.name for path in CATALOGUES]
    assert {"Unsubscribe", "Join the meeting"} <= said_in_templates()
    assert {"Virtual meeting", "Online"} <= said_in_code()


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parent.parent.name)
def test_a_catalogue_translates_each_fixed_word_and_no_other(path: Path) -> None:
    messages = {str(message.id): message for message in read(path) if message.id}

    assert set(messages) == said_in_templates() | said_in_code()
    assert [text for text, message in messages.items() if not message.string or message.fuzzy] == []


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parent.parent.name)
def test_a_translation_fills_in_what_its_original_fills_in(path: Path) -> None:
    def fields(text: object) -> list[str]:
        return sorted(re.findall(r"%\(\w+\)\w|{.*?}|%", str(text)))

    differing = [
        message.id
        for message in read(path)
        if message.id and fields(message.id) != fields(message.string)
    ]
    assert differing == []
