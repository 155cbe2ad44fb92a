"""`make test` runs a sample of what takes long, and imports no more than it needs."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.choosing import drawn, pytest_ignore_collect, sample_of, see_that_marks_are_seen


class Named:
    """What is asked of a test: its name, and its mark `thorough` with the size of its sample."""

    def __init__(self, nodeid: str, sample: int | None = None) -> None:
        self.nodeid = nodeid
        self._sample = sample

    def get_closest_marker(self, name: str) -> SimpleNamespace | None:
        marked = name == "thorough" and self._sample is not None
        return SimpleNamespace(kwargs={"sample": self._sample}) if marked else None


def names_of(items: list[Any], seed: str) -> set[str]:
    return {item.nodeid for item in sample_of(items, seed)}


def test_a_sample_has_all_that_is_quick_and_as_many_of_the_thorough_as_their_mark_says() -> None:
    items: list[Any] = [
        Named("test_it.py::test_quick[1]"),
        Named("test_it.py::test_quick[2]"),
        *(Named(f"test_it.py::test_roles[{number}]", 3) for number in range(20)),
        Named("test_it.py::test_demo", 0),
    ]
    first = names_of(items, "2026-12-01")
    assert {"test_it.py::test_quick[1]", "test_it.py::test_quick[2]"} <= first
    assert len(first) == 2 + 3
    assert "test_it.py::test_demo" not in first
    assert names_of(items, "2026-12-01") == first, "the seed alone decides"
    month = [names_of(items, f"2026-12-{day:02}") for day in range(1, 31)]
    assert len(set[str]().union(*month)) == 2 + 20, "days bring others"


def test_more_than_there_are_is_all_of_them_in_their_order() -> None:
    assert drawn("abc", 9, "seed") == ["a", "b", "c"]


def config_of(marked: str) -> Any:
    return SimpleNamespace(getoption=lambda _: marked)


def test_a_module_is_collected_for_its_marks(tmp_path: Path) -> None:
    module = tmp_path / "test_it.py"
    module.write_text("@pytest.mark.journey\ndef test_it() -> None: ...\n", encoding="utf-8")
    assert pytest_ignore_collect(module, config_of("browser journey")) is None
    assert pytest_ignore_collect(module, config_of("")) is None
    assert pytest_ignore_collect(module, config_of("smoke"))
    module.write_text("def test_journey() -> None: ...\n", encoding="utf-8")
    assert pytest_ignore_collect(module, config_of("browser journey"))
    assert pytest_ignore_collect(tmp_path / "conftest.py", config_of("smoke")) is None
    assert pytest_ignore_collect(tmp_path, config_of("smoke")) is None


def test_no_mark_goes_unseen(tmp_path: Path) -> None:
    module = tmp_path / "test_it.py"
    module.write_text("from tests.marks import ours\n\npytestmark = ours\n", encoding="utf-8")
    item: Any = SimpleNamespace(path=module, get_closest_marker=lambda name: name == "journey")
    with pytest.raises(pytest.UsageError, match=r"test_it\.py"):
        see_that_marks_are_seen([item])
    module.write_text("pytestmark = pytest.mark.journey\n", encoding="utf-8")
    see_that_marks_are_seen([item])
