"""The apps import nothing that is beside them, and each name from the module that defines it.

import-linter looks at the apps alone, and at modules.
"""

import ast
import re

import pytest

from tests.architecture.definitions import imports_of, product
from tests.architecture.sources import modules, text_of

BESIDE = re.compile(r"(tests|scripts|benchmarks|pytest|django\.test)(\.|\Z)")
FRONTS = {"config/env.py": "It is the front of the folder config.environment."}
"""Modules that lend out names of others, with the reason. A package's __init__.py always may."""


def lent_by(source: str) -> set[str]:
    """Return the names that a module imports and lists in its `__all__`.

    mypy forbids to import any other name from a module that doesn't define it.
    """
    imported, listed = set[str](), set[str]()
    for node in ast.parse(source).body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            imported |= {alias.asname or alias.name for alias in node.names}
        elif isinstance(node, ast.Assign) and "__all__" in map(ast.unparse, node.targets):
            listed |= set(ast.literal_eval(node.value))
    return imported & listed


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


def test_a_name_that_is_lent_out_is_noticed() -> None:
    source = 'from a import one, two\nthree = 3\n__all__ = ["one", "three"]\n'
    assert lent_by(source) == {"one"}


def test_no_module_lends_out_what_another_one_defines() -> None:
    found = {
        str(path): names
        for path in modules()
        if path.name != "__init__.py" and (names := lent_by(text_of(path)))
    }
    assert found.keys() == FRONTS.keys(), found
