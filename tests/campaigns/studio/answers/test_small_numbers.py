"""Nobody computes a small number out of the numbers that are shown."""

from collections.abc import Mapping
from itertools import product
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from campaigns.models import Event
from campaigns.reports.answer_counts import (
    AnswerCounts,
    Kind,
    by_answer,
    by_came,
    by_place,
    by_way,
)
from campaigns.studio.answers.counts import CountLine, shown_numbers
from campaigns.studio.answers.rows import ANSWERS, CAME, PLACES, WAYS

type Group = tuple[str, str, str, bool | None]

GROUPS: list[Group] = [
    *product(["yes"], ["", "taken", "waiting", "lapsed"], ["online", "in_person"], [None, True]),
    *product(["yes", "maybe"], [""], ["online", "in_person"], [None, True, False]),
    *product(["no", "delegate"], [""], [""], [None, True, False]),
    ("", "offered", "", None),
    ("", "", "", None),
]
TABLES: dict[str, tuple[Kind, Mapping[Any, str]]] = {
    "by_answer": (by_answer, ANSWERS),
    "by_place": (by_place, PLACES),
    "by_way": (by_way, WAYS),
    "by_coming": (by_came, CAME),
}


def told(shown: Mapping[str, list[CountLine]], group: Group) -> list[str]:
    """Return the labels of the numbers shown in which somebody of a group is counted."""
    found = []
    for name, (kind, labels) in TABLES.items():
        label = labels.get(kind(group))
        numbers = {line.label: line.number for line in shown[name]}
        if numbers and label and numbers.get(label, 0) is not None:
            found.append(label)
    return found


@given(
    numbers=st.dictionaries(st.sampled_from(GROUPS), st.integers(1, 15), min_size=1),
    capacity=st.sampled_from([None, 20]),
    attendance=st.sampled_from(["online", "hybrid"]),
)
def test_a_small_number_could_always_be_another(
    numbers: dict[Group, int], capacity: int | None, attendance: str
) -> None:
    """Somebody could be in another group, and all numbers on the page would be the same."""
    event = Event(capacity=capacity, attendance=attendance)
    shown = shown_numbers(event, AnswerCounts(numbers), shows_all=False)
    asked = [kind for name, (kind, _) in TABLES.items() if shown[name]]

    def cell(group: Group) -> tuple[object, ...]:
        return tuple(kind(group) for kind in asked)

    for small in {cell(group) for group in numbers}:
        people = sum(number for group, number in numbers.items() if cell(group) == small)
        if people >= 5:
            continue
        assert any(
            told(shown, source) == told(shown, target)
            for source in numbers
            for target in GROUPS
            if (cell(source) == small) != (cell(target) == small)
        ), f"{people} are {small}"


def test_those_who_wait_arent_told_by_those_who_come() -> None:
    """14 say yes, and 7 and 5 of them come: so two others wait."""
    numbers: dict[Group, int] = {
        ("yes", "", "online", None): 7,
        ("yes", "taken", "in_person", None): 5,
        ("yes", "waiting", "in_person", None): 2,
    }
    event = Event(capacity=5, attendance="hybrid")
    shown = shown_numbers(event, AnswerCounts(numbers), shows_all=False)
    assert [line.number for line in shown["by_answer"]] == [14, 0, 0, 0]
    assert {line.number for name in ("by_place", "by_way") for line in shown[name]} == {None}


def test_who_isnt_marked_isnt_told_by_those_who_are() -> None:
    numbers: dict[Group, int] = {
        ("yes", "", "online", True): 9,
        ("yes", "", "online", False): 6,
        ("yes", "", "online", None): 1,
    }
    shown = shown_numbers(Event(attendance="online"), AnswerCounts(numbers), shows_all=False)
    assert {line.number for line in shown["by_coming"]} == {None}


def test_large_numbers_are_shown_in_each_table() -> None:
    numbers: dict[Group, int] = {
        ("yes", "", "online", None): 7,
        ("yes", "taken", "in_person", None): 5,
        ("yes", "waiting", "in_person", None): 6,
        ("no", "", "", None): 8,
    }
    event = Event(capacity=5, attendance="hybrid")
    shown = shown_numbers(event, AnswerCounts(numbers), shows_all=False)
    assert [line.number for line in shown["by_place"]] == [5, 6, 0, 0]
    assert [line.number for line in shown["by_way"]] == [5, 7]
