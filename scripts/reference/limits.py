"""The page of periods and limits, from config/periods_and_limits.py and its comments."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from config import periods_and_limits
from config.env import BASE_DIR
from scripts.reference.markdown import code, heading, page, table

_INTRODUCTION = """\
What is the same for every installation is no variable: it stands in
[`config/periods_and_limits.py`](../../config/periods_and_limits.py), with its reason. Whoever
changes one keeps a change of their own across upgrades. What a host chooses are the
[settings](../configuration.md)."""

_SECTION = re.compile(r"# --- (?P<title>.+?) -+$")
_UNITS = (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1))


@dataclass(slots=True)
class _Section:
    title: str
    rows: list[list[str]] = field(default_factory=list)


def limits() -> str:
    """Return the page."""
    source = (BASE_DIR / "config" / "periods_and_limits.py").read_text(encoding="utf-8")
    parts = (part for section in _sections(source) for part in _shown(section))
    return page("Periods and limits", _INTRODUCTION, parts)


def _shown(section: _Section) -> Iterator[str]:
    yield heading(2, section.title)
    yield table(["Name", "Value", "What it is"], section.rows)


def _sections(source: str) -> list[_Section]:
    titles = {
        number: found["title"]
        for number, line in enumerate(source.splitlines(), start=1)
        if (found := _SECTION.match(line))
    }
    sections: list[_Section] = []
    statements = ast.parse(source).body
    for statement, after in zip(statements, [*statements[1:], None], strict=True):
        if not isinstance(statement, ast.Assign):
            continue
        title = titles[max(number for number in titles if number < statement.lineno)]
        if not sections or sections[-1].title != title:
            sections.append(_Section(title))
        sections[-1].rows.append(_row(statement, _docstring(after)))
    return sections


def _row(statement: ast.Assign, meaning: str) -> list[str]:
    (target,) = statement.targets
    names = [node.id for node in ast.walk(target) if isinstance(node, ast.Name)]
    values = [in_words(getattr(periods_and_limits, name)) for name in names]
    return [", ".join(map(code, names)), ", ".join(values), meaning]


def _docstring(statement: ast.stmt | None) -> str:
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        return str(statement.value.value)
    return ""


def in_words(value: object) -> str:
    """Return a value as a person says it: periods in the largest unit that divides them."""
    if isinstance(value, timedelta):
        seconds = value.total_seconds()
        name, size = next(unit for unit in _UNITS if seconds % unit[1] == 0)
        number = int(seconds // size)
        return f"{number:,} {name}{'' if number == 1 else 's'}"
    return f"{value:,}" if isinstance(value, int) else str(value)
