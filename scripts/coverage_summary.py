"""The summary of coverage that is printed: by app, and the modules that tests reach least."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from config.env import BASE_DIR

LEAST = 10
"""How many modules are listed."""
SMALLEST = 20
"""Statements of a module that is worth listing."""


def of(folder: Path) -> str:
    """Combine the measurements that processes have left in `folder`, and sum them up.

    Args:
        folder: where COVERAGE_FILE was, under the name `data`.
    """
    report = folder / "report.json"
    for command in (["combine", "--quiet"], ["json", "--quiet", "-o", str(report)]):
        subprocess.run(
            [sys.executable, "-m", "coverage", *command],
            cwd=BASE_DIR,
            env={**os.environ, "COVERAGE_FILE": str(folder / "data")},
            check=True,
        )
    files = json.loads(report.read_text(encoding="utf-8"))["files"]
    return summary({path: found["summary"] for path, found in files.items()})


def summary(files: dict[str, dict[str, Any]]) -> str:
    """Return the lines to print.

    Args:
        files: path → what coverage.py's JSON report says of it: numbers of statements and branches,
            and how many of them were reached.
    """
    apps: dict[str, list[dict[str, Any]]] = {}
    for path, numbers in sorted(files.items()):
        apps.setdefault(path.partition("/")[0], []).append(numbers)
    lines = [_row("", "lines", "branches")]
    lines += [_row(app, *_percent(of_app)) for app, of_app in apps.items()]
    lines.append(_row("together", *_percent(files.values())))
    large = [path for path, numbers in files.items() if numbers["num_statements"] >= SMALLEST]
    least = sorted(large, key=lambda path: float(files[path]["percent_covered"]))[:LEAST]
    lines += [
        "",
        "Reached least:",
        *(f"  {files[path]['percent_covered']:3.0f}  {path}" for path in least),
    ]
    return "\n".join(lines)


def _percent(files: Iterable[dict[str, Any]]) -> tuple[str, str]:
    total: Counter[str] = Counter()
    for numbers in files:
        total.update({name: value for name, value in numbers.items() if isinstance(value, int)})
    return (
        _share(total["covered_lines"], total["num_statements"]),
        _share(total["covered_branches"], total["num_branches"]),
    )


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}" if whole else "–"


def _row(name: str, lines: str, branches: str) -> str:
    return f"{name:<12}{lines:>8}{branches:>10}"
