"""What tests came to, run by run: the failed, and those that fail now and then."""

import json
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from config.env import BASE_DIR

VAR = BASE_DIR / "var"
SECONDS = VAR / "test-seconds.json"
FLAKY = VAR / "flaky.json"
PASSED = VAR / "passed"


@dataclass(frozen=True)
class Outcome:
    """What a test, or a module that can't be collected, came to."""

    nodeid: str
    outcome: str
    """passed, failed or skipped"""
    reason: str
    """Why it failed, in one line; empty for others."""
    seconds: float


def read_outcomes(path: Path) -> dict[str, Outcome]:
    """Return the outcomes that `tests.outcomes` wrote, by node id.

    A failure stays one, whatever else was written of its test.
    """
    found: dict[str, Outcome] = {}
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else []:
        outcome = Outcome(**json.loads(line))
        before = found.get(outcome.nodeid)
        if before is None or before.outcome != "failed":
            found[outcome.nodeid] = outcome
    return found


def remembered(path: Path) -> dict[str, Any]:
    """Return what a file of var/ says, and nothing where there is none that can be read."""
    try:
        known: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return known


def remember(path: Path, known: dict[str, Any]) -> None:
    """Write a file of var/, if the disk has room."""
    try:
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"{json.dumps(known, indent=2)}\n", encoding="utf-8")
    except OSError as problem:
        print(f"{path} can't be written: {problem}")


def note_flaky(outcomes: Iterable[Outcome]) -> None:
    """Keep that tests failed beside others and passed alone, on which day and commit."""
    known = remembered(FLAKY)
    day, commit = f"{datetime.now(UTC):%Y-%m-%d}", commit_of(BASE_DIR) or "unknown"
    for outcome in outcomes:
        entry = {"on": day, "commit": commit, "reason": outcome.reason}
        known.setdefault(outcome.nodeid, []).append(entry)
    remember(FLAKY, known)


def ranking() -> Iterator[str]:
    """Yield the lines of a table: the tests that failed now and then, the worst first."""
    known = remembered(FLAKY)
    for nodeid in sorted(known, key=lambda each: (-len(known[each]), each)):
        yield f"{len(known[nodeid]):>4} ×  {nodeid}  (last on {known[nodeid][-1]['on']})"


def commit_of(checkout: Path) -> str | None:
    """Return the full hash of a checkout's commit; None where there is none, or more than it."""
    changed = _git(checkout, "status", "--porcelain")
    commit = _git(checkout, "rev-parse", "HEAD")
    return commit if changed == "" else None


def _git(checkout: Path, *arguments: str) -> str | None:
    done = subprocess.run(
        ["git", *arguments], cwd=checkout, capture_output=True, text=True, check=False
    )
    return None if done.returncode else done.stdout.strip()
