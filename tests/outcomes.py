"""Write down each test's outcome as it comes: `-p tests.outcomes --outcomes FILE`.

So a run that is cut short leaves all that it found. Each line is JSON, as `Outcome` of
scripts/outcomes.py reads it.
"""

import json
from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take the file."""
    parser.addoption("--outcomes", type=Path, help="a file for a line of JSON for each test")


def pytest_configure(config: pytest.Config) -> None:
    """Write where the outcomes of all workers come together."""
    path: Path | None = config.getoption("outcomes")
    if path and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Writer(path))


class Writer:
    """Writes what pytest reports of tests, and of modules that it can't collect."""

    def __init__(self, path: Path) -> None:
        """
        Args:
            path: of a file, which needn't be there.
        """
        self._path = path

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Write a test's outcome: of its call, and of set-up and teardown where they stop it."""
        if report.when == "call" or report.outcome != "passed":
            self._write(report, report.duration)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Write of what can't be collected."""
        if report.failed:
            self._write(report, 0)

    def _write(self, report: pytest.TestReport | pytest.CollectReport, seconds: float) -> None:
        line = {
            "nodeid": report.nodeid,
            "outcome": report.outcome,
            "reason": reason_of(report) if report.failed else "",
            "seconds": round(seconds, 3),
        }
        with self._path.open("a", encoding="utf-8") as file:
            file.write(f"{json.dumps(line)}\n")


def reason_of(report: pytest.TestReport | pytest.CollectReport) -> str:
    """Return why a test failed, in one line: the message, or else the last of what is told."""
    crash = getattr(report.longrepr, "reprcrash", None)
    told = (crash.message if crash else report.longreprtext).strip().splitlines()
    if not told:
        return "it doesn't say why"
    return told[0] if crash else told[-1].removeprefix("E").strip()
