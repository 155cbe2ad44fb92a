"""Tests of real processes are put into an order in which no processor waits for the longest."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from config.env import BASE_DIR
from tests import side_by_side


def items_of(module: str, *names: str) -> list[Any]:
    return [SimpleNamespace(nodeid=f"tests/{module}::{name}") for name in names]


def test_the_longest_begin_first_and_those_of_a_module_stay_together() -> None:
    pages = items_of("test_pages.py", *(f"test_page[{number}]" for number in range(60)))
    histories = items_of("test_drills.py", *(f"{side_by_side.HISTORY}[{seed}]" for seed in (1, 2)))
    others = [*items_of("test_drills.py", "test_plan"), *items_of("test_other.py", "test_other")]
    items = [*others, *histories, *pages]

    side_by_side.pytest_collection_modifyitems(cast(list[pytest.Item], items))

    assert items == [*pages, *histories, *others]
    groups = [side_by_side.group_of(item.nodeid) for item in items]
    assert len(set(groups)) == 1 + 2 + 2, "each history is a group of its own"


def test_the_tests_that_are_called_long_exist() -> None:
    modules = {path.name: path for path in Path(BASE_DIR, "tests").rglob("test_*.py")}
    drills = modules["test_drills.py"].read_text(encoding="utf-8")
    for name in side_by_side.LENGTHS:
        assert name in modules or f"def {name}(" in drills
