"""The apps import nothing that is beside them; import-linter looks at the apps alone."""

import re

import pytest

from tests.architecture.definitions import imports_of, product

BESIDE = re.compile(r"(tests|scripts|benchmarks|pytest|django\.test)(\.|\Z)")


@pytest.mark.parametrize(
    ("name", "is_beside"),
    [("tests.fakes", True), ("scripts", True), ("django.test", True), ("campaigns.tests_x", False)],
)
def test_what_is_beside_the_apps_is_told_from_them(name: str, is_beside: bool) -> None:
    assert bool(BESIDE.match(name)) is is_beside


def test_no_app_imports_tests_scripts_or_benchmarks() -> None:
    assert not [
        f"{path}:{line} imports {name}"
        for path in product()
        for line, name in imports_of(path)
        if BESIDE.match(name)
    ]
