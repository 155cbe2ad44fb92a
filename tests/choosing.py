"""Which tests run: `--sample SEED` and `--marked MARKS`, for `make test` and its sections."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from random import Random

import pytest

SEEN = ("browser", "journey", "smoke", "services", "postgres")
"""Marks that choose modules before they are imported, so they are written out in their source."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take the seed and the marks. Without them, all is run."""
    parser.addoption(
        "--sample",
        metavar="SEED",
        help="of tests marked thorough, run as many cases as the mark says (none, unless it does); "
        "which ones depends on the seed, so that days bring others",
    )
    parser.addoption(
        "--marked",
        metavar="MARKS",
        default="",
        help="collect only modules with one of these marks: to import all takes half a minute",
    )


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave a module alone that marks no such test."""
    marks = config.getoption("marked").split()
    is_module = collection_path.name.startswith("test_") and collection_path.suffix == ".py"
    return True if marks and is_module and not marked_in(collection_path, marks) else None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Refuse marks that go unseen, and deselect what the sample leaves out."""
    see_that_marks_are_seen(items)
    seed: str | None = config.getoption("sample")
    if seed is None:
        return
    kept = sample_of(items, seed)
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = [item for item in items if item in kept]


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> str | None:
    """The seed of the sample, for a test that walks through much by itself; None: all of it."""
    chosen: str | None = request.config.getoption("sample")
    return chosen


def sample_of(items: Iterable[pytest.Item], seed: str) -> set[pytest.Item]:
    """Return all that isn't marked `thorough`, and as many cases of what is as its mark says."""
    kept = set[pytest.Item]()
    thorough: dict[str, list[pytest.Item]] = {}
    for item in items:
        if item.get_closest_marker("thorough"):
            thorough.setdefault(item.nodeid.partition("[")[0], []).append(item)
        else:
            kept.add(item)
    for function, cases in thorough.items():
        mark = cases[0].get_closest_marker("thorough")
        kept.update(drawn(cases, mark.kwargs.get("sample", 0) if mark else 0, f"{seed} {function}"))
    return kept


def drawn[T](them: Sequence[T], size: int, seed: str | None) -> list[T]:
    """Return `size` of them, or all if there are fewer or there is no seed, in their order."""
    if seed is None:
        return [*them]
    places = Random(seed).sample(range(len(them)), min(size, len(them)))
    return [them[place] for place in sorted(places)]


def dealt[T](them: Sequence[T], player: int, players: int, seed: str | None) -> list[T]:
    """Return what one of several gets, of whom each gets others, and all together all of them.

    Without a seed, each gets all.
    """
    if seed is None:
        return [*them]
    shuffled = Random(seed).sample(them, len(them))
    return shuffled[player::players]


def marked_in(module: Path, marks: Iterable[str]) -> bool:
    """Return whether one of the marks is written out in the source of a module."""
    pattern = rf"\bmark\.({'|'.join(marks)})\b"
    return re.search(pattern, module.read_text(encoding="utf-8")) is not None


def see_that_marks_are_seen(items: Iterable[pytest.Item]) -> None:
    """Refuse marks of SEEN that aren't written out in their module.

    Raises:
        pytest.UsageError: there is one.
    """
    unseen = set[str]()
    for name in SEEN:
        modules = {item.path for item in items if item.get_closest_marker(name)}
        unseen |= {str(path) for path in modules if not marked_in(path, [name])}
    if unseen:
        raise pytest.UsageError(f"write out the marks of {', '.join(sorted(unseen))}")
