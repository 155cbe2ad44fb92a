"""Modules, classes and functions of the product, as its source defines them."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.architecture.sources import APPS, modules, text_of


@dataclass(frozen=True, slots=True)
class Definition:
    """A module, a class or a function."""

    path: Path
    line: int
    name: str
    """Empty for a module."""
    docstring: str
    is_class: bool = False
    is_top_level: bool = False
    is_public: bool = True
    """False where the name, or that of a class around it, begins with an underscore."""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.name or 'module'}"


def dotted(path: Path) -> str:
    """Return the name by which a module is imported, such as campaigns.states."""
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def product() -> tuple[Path, ...]:
    """List the modules of the apps."""
    return tuple(path for path in modules() if path.parts[0] in APPS)


@cache
def definitions() -> tuple[Definition, ...]:
    """List all modules, classes, functions and methods of the apps."""
    return tuple(one for path in product() for one in _defined_in(path))


def public_classes() -> list[Definition]:
    """List the public classes at the top of modules."""
    return [one for one in definitions() if one.is_class and one.is_top_level and one.is_public]


def imports_of(path: Path) -> Iterator[tuple[int, str]]:
    """Yield line and dotted name of all that a module imports, within functions too."""
    for node in ast.walk(ast.parse(text_of(path))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def _defined_in(path: Path) -> Iterator[Definition]:
    tree = ast.parse(text_of(path))
    yield Definition(path, 1, "", ast.get_docstring(tree) or "")
    yield from _inside(path, tree.body, is_top_level=True, is_public=True)


def _inside(
    path: Path, body: list[ast.stmt], *, is_top_level: bool, is_public: bool
) -> Iterator[Definition]:
    for node in body:
        if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            public = is_public and (not node.name.startswith("_") or node.name.endswith("__"))
            yield Definition(
                path,
                node.lineno,
                node.name,
                ast.get_docstring(node) or "",
                isinstance(node, ast.ClassDef),
                is_top_level,
                public,
            )
            yield from _inside(path, node.body, is_top_level=False, is_public=public)
