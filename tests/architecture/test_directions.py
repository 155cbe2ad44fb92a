"""Public pages run in both directions, so their styles name sides by where lines begin and end."""

import re
from pathlib import Path

import pytest

from tests.architecture.sources import files, text_of

IN_ENGLISH = {"studio.css", "inbox.css"}
"""Styles of pages for staff and operators."""
PUBLIC = [
    path
    for path in files(".css")
    if path.parts[0] == "static" and "staff" not in path.parts and path.name not in IN_ENGLISH
]
SIDES = re.compile(
    r"(?<![\w-])(?:(?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right)\b"
    r"|(?:left|right)\s*:|float\s*:\s*(?:left|right)|text-align\s*:\s*(?:left|right))"
)
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def test_the_pattern_finds_a_side_and_lets_lines_be() -> None:
    assert SIDES.findall("a { margin-left: 1px; right: 0; text-align: left }") != []
    assert SIDES.findall("a { margin-inline-start: 1px; text-align: start; inset-inline: 0 }") == []


def test_there_are_styles_of_public_pages() -> None:
    assert {"convene.css", "campaigns.css"} <= {path.name for path in PUBLIC}


@pytest.mark.parametrize("path", PUBLIC, ids=lambda path: path.name)
def test_a_public_style_names_no_side(path: Path) -> None:
    assert SIDES.findall(COMMENT.sub("", text_of(path))) == []
