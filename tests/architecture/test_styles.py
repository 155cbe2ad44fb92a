"""A class of our stylesheets means one thing."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.env import BASE_DIR

SHEETS = sorted((BASE_DIR / "static").glob("*.css"))


def rules(sheet: str) -> Iterator[str]:
    """Yield the selectors of the rules that hold everywhere, without those of media queries."""
    depth, read = 0, ""
    for part in re.split(r"([{}])", re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)):
        if part == "{":
            if not depth:
                yield read
            depth += 1
        elif part == "}":
            depth -= 1
        else:
            read = part.strip()


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_no_class_is_given_its_looks_twice(sheet: Path) -> None:
    own = [each for each in rules(sheet.read_text("utf-8")) if re.fullmatch(r"\.[\w-]+", each)]
    assert len(own) > 5
    assert [name for name, number in Counter(own).items() if number > 1] == []
