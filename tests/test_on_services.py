"""Where services run, no test is left out that they could change."""

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from config.env import BASE_DIR
from tests.on_services import OWN_SERVERS, WALKS, may_be_changed


def a_test(
    tmp_path: Path, *, source: str = "", fixtures: tuple[str, ...] = (), marker: str = ""
) -> pytest.Item:
    """Return what is asked of a test: its module, its fixtures, and one marker."""
    module = tmp_path / "test_it.py"
    module.write_text(source, encoding="utf-8")
    item: Any = SimpleNamespace(
        path=module,
        fixturenames=["settings", *fixtures],
        get_closest_marker=lambda name: name if name == marker else None,
    )
    return cast(pytest.Item, item)


@pytest.mark.parametrize(
    "uses",
    [
        {"fixtures": ("db",)},
        {"fixtures": ("transactional_db",)},
        {"marker": "django_db"},
        {"marker": "postgres"},
        {"source": "settings.REDIS_URL = url"},
        {"source": "from tests.fakes.counting_stores import stores"},
    ],
    ids=str,
)
def test_a_test_of_a_service_is_kept(tmp_path: Path, uses: dict[str, Any]) -> None:
    assert may_be_changed(a_test(tmp_path, **uses))


def test_a_test_of_no_service_is_left_out(tmp_path: Path) -> None:
    assert not may_be_changed(a_test(tmp_path, source="assert 1 + 1 == 2"))


def test_a_walk_that_takes_minutes_is_left_out_though_it_uses_the_database(tmp_path: Path) -> None:
    item: Any = a_test(tmp_path, fixtures=("db",))
    item.path = tmp_path / "architecture" / "test_pages.py"
    assert not may_be_changed(item)


def test_a_module_of_the_same_name_is_kept(tmp_path: Path) -> None:
    item: Any = a_test(tmp_path, fixtures=("db",))
    item.path = tmp_path / "reports" / "test_pages.py"
    assert may_be_changed(item)


def test_the_walks_exist() -> None:
    assert all((BASE_DIR / "tests" / name).exists() for name in WALKS)


@pytest.mark.parametrize("name", OWN_SERVERS)
def test_a_test_with_servers_of_its_own_is_left_out_and_takes_no_other(name: str) -> None:
    [path] = (BASE_DIR / "tests").rglob(name)
    assert not may_be_changed(cast(pytest.Item, SimpleNamespace(path=path)))
    source = path.read_text(encoding="utf-8")
    assert "settings.REDIS_URL" not in source
    assert "django_db" not in source
    assert not re.search(r"def test_\w+\([^)]*\b(db|settings|transactional_db|ada)\b", source)


def test_the_cast_of_all_tests_is_of_services(ada: object, request: pytest.FixtureRequest) -> None:
    assert may_be_changed(request.node)
