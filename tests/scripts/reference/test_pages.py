"""docs/reference/ says what the code says."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from scripts.reference.limits import in_words
from scripts.reference.markdown import table
from scripts.reference.pages import FOLDER, PAGES


@pytest.mark.thorough(sample=3)
@pytest.mark.parametrize(("name", "made"), PAGES.items(), ids=list(PAGES))
def test_the_page_is_as_the_code_makes_it(name: str, made: Callable[[], str]) -> None:
    kept = (FOLDER / name).read_text(encoding="utf-8")
    assert made() == kept, "run: python -m scripts.reference"


def test_every_argument_of_a_command_says_what_it_does() -> None:
    rows = [line for line in PAGES["commands.md"]().splitlines() if line.startswith("| `")]
    assert len(rows) > 50
    assert [row for row in rows if row.endswith("|  |")] == []


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (timedelta(days=30), "30 days"),
        (timedelta(days=1), "1 day"),
        (timedelta(minutes=90), "90 minutes"),
        (timedelta(seconds=15), "15 seconds"),
        (25_000_000, "25,000,000"),
        (0.25, "0.25"),
    ],
)
def test_values_are_written_as_people_say_them(value: object, words: str) -> None:
    assert in_words(value) == words


def test_a_cell_of_a_table_is_one_line() -> None:
    assert table(["A"], [["one\ntwo | three"]]).splitlines()[-1] == "| one two \\| three |"
