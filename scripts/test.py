"""`make test` and its parts: what a change must pass, section by section.

The exit code is 1 where anything failed, and with CI=true also where anything was left out.
"""

import argparse
import contextlib
import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from config.env import BASE_DIR
from scripts import coverage_summary, services
from scripts.changed_tests import ChangedTests, changed_files

PYTHON = sys.executable
IN_CI = os.environ.get("CI", "").lower() in ("1", "true", "yes")
REAL_PROCESSES = "browser or journey"
"""Tests that drive a browser or start real processes: for most of them, once is enough."""
SIDE_BY_SIDE = ("-n", "4", "-p", "tests.side_by_side")
"""They wait more than they compute (tests.side_by_side)."""
TOGETHER = ("-n", "3")
"""One more than there are processors: now and then a test waits for a server that hangs, or for the
disk.
"""
EMBEDDED = f"not postgres and not ({REAL_PROCESSES})"
"""Tests that need no service, as pytest's -m takes it."""
EMBEDDED_NAME = "Tests, embedded (SQLite, no Redis)"
ON_SERVICES_TOO = ("tests/journeys/test_whole_chain.py",)
"""The main job, from end to end."""


@dataclass
class Report:
    """The results of what has been run so far."""

    counts: dict[str, int] = field(default_factory=lambda: {"passed": 0, "failed": 0, "skipped": 0})
    left_out: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    nothing_may_be_left_out: bool = IN_CI
    began: float = field(default_factory=monotonic)

    def add(self, junit: Path) -> None:
        """Add the counts of one run of pytest, if it got as far as to write them."""
        if not junit.exists():
            return
        for suite in ET.parse(junit).getroot().iter("testsuite"):
            number = {
                name: int(suite.get(name, 0)) for name in ("tests", "failures", "errors", "skipped")
            }
            bad = number["failures"] + number["errors"]
            self.counts["failed"] += bad
            self.counts["skipped"] += number["skipped"]
            self.counts["passed"] += number["tests"] - bad - number["skipped"]

    def close(self) -> int:
        """Print the last lines and return the exit code."""
        failed = ", ".join(self.failed)
        _heading(f"Result, after {monotonic() - self.began:.0f} s")
        for text in self.left_out:
            print(f"LEFT OUT: {text}")
        if self.left_out and self.nothing_may_be_left_out and not failed:
            failed = "what was left out (with CI=true nothing may be)"
        print(f"FAILED: {failed}" if failed else "Passed.")
        if any(self.counts.values()):
            print(
                "convene: {passed} passed, {failed} failed, {skipped} skipped".format(
                    **self.counts
                ),
                flush=True,
            )
        return 1 if failed else 0


def main() -> int:
    """Run the sections that were asked for."""
    parser = argparse.ArgumentParser(prog="bin/test", description=__doc__)
    parser.add_argument("what", nargs="?", default="test", choices=list(_SECTIONS))
    what = parser.parse_args().what
    report = Report()
    try:
        with services.bytecode_kept():
            _SECTIONS[what](report)
    except KeyboardInterrupt:
        print("\nInterrupted.")
        return 130
    return report.close()


def check(report: Report) -> None:
    """Check what needs no tests: lint, types, imports, migrations, links of the documentation."""
    _section(report, "Lint", [PYTHON, "-m", "ruff", "check", "."])
    _section(report, "Format", [PYTHON, "-m", "ruff", "format", "--check", "."])
    _section(report, "Templates", [PYTHON, "-m", "djlint", "templates", "--lint", "--quiet"])
    _section(report, "Types", [PYTHON, "-m", "mypy", "."])
    _section(
        report,
        "Imports",
        [PYTHON, "-c", "from importlinter.cli import lint_imports_command as main; main()"],
    )
    _section(report, "Migrations", [PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"])
    _section(report, "Documentation", [PYTHON, "-m", "scripts.docs_site"])


def fast(report: Report) -> None:
    """Run the tests of what changed since main, without browser, journeys and drill."""
    changed = changed_files(BASE_DIR)
    if not changed:
        print("Nothing has changed since main.")
        return
    tests = [str(path) for path in ChangedTests(BASE_DIR).of(changed)]
    print(f"{len(changed)} changed files, whose tests are in:", *tests, sep="\n  ")
    _pytest(report, "Tests of what changed (SQLite, no Redis)", [*TOGETHER, "-m", EMBEDDED, *tests])


def coverage(report: Report) -> None:
    """Run the embedded tests, and print how much of the code they reach.

    It is no part of `make test`, because counting branches costs 45 % more time on Python 3.13.
    """
    with tempfile.TemporaryDirectory(prefix="convene-coverage-") as folder:
        data = {"COVERAGE_FILE": str(Path(folder, "data"))}
        _pytest(report, EMBEDDED_NAME, [*TOGETHER, "-m", EMBEDDED], data, measured=True)
        _heading("Coverage of lines and branches by the embedded tests, in %")
        print(coverage_summary.of(Path(folder)), flush=True)


def test(report: Report) -> None:
    """Run all of it."""
    check(report)
    real_processes = _real_processes(report)
    _pytest(report, EMBEDDED_NAME, [*TOGETHER, "-m", EMBEDDED])
    _pytest(report, "Browser and journeys", [*SIDE_BY_SIDE, "-m", real_processes])
    with contextlib.ExitStack() as stack:
        try:
            servers = {
                "DATABASE_URL": stack.enter_context(services.postgresql()),
                "REDIS_URL": stack.enter_context(services.redis_server()),
                # No test takes the server's power, so none needs to wait for its disk.
                "PGOPTIONS": "-c synchronous_commit=off",
            }
        except services.Unavailable as problem:
            report.left_out.append(f"tests on PostgreSQL with Redis: {problem}")
            return
        _pytest(
            report,
            "Tests, PostgreSQL with Redis",
            [*TOGETHER, "-p", "tests.on_services", "-m", f"not ({REAL_PROCESSES})"],
            servers,
        )
        _pytest(
            report,
            "Journeys, PostgreSQL with Redis",
            ["-m", real_processes, *ON_SERVICES_TOO],
            servers,
        )


def _real_processes(report: Report) -> str:
    """Return which tests of real processes can run here, as pytest's -m takes it."""
    wanted = f"({REAL_PROCESSES})"
    needed: Mapping[str, Callable[[], object]] = {
        "browser": services.chromium,
        "proxy": services.proxies,
        "faketime": services.faketime,
        "systemd": services.systemd,
        "prometheus": services.prometheus,
    }
    for kind, program in needed.items():
        try:
            program()
        except services.Unavailable as problem:
            report.left_out.append(f"{kind} tests: {problem}")
            wanted += f" and not {kind}"
    return wanted


def drill(report: Report) -> None:
    """Run the attack on sign-up, and the crash drill: 200 histories."""
    _section(report, "Attack on sign-up", [PYTHON, "-m", "tests.drills.attack"])
    _section(report, "Crash drill", [PYTHON, "-m", "tests.drills"])


def bench(report: Report) -> None:
    """Measure what this machine reaches on PostgreSQL and Redis; docs/performance.md says how."""
    figures = BASE_DIR / "var" / "benchmarks.json"
    figures.parent.mkdir(exist_ok=True)
    _section(report, "Benchmarks", [PYTHON, "-m", "benchmarks", "--json", str(figures)])
    print(f"All figures: {figures}")


def docs(report: Report) -> None:
    """Build the documentation as a website, in a folder that stays."""
    folder = str(BASE_DIR / "var" / "docs")
    _section(report, "Documentation", [PYTHON, "-m", "scripts.docs_site", folder])


def deploy_test(report: Report) -> None:
    """Rehearse deploy/ on a machine of its own, which systemd boots in a container."""
    _section(report, "Rehearsal of deploy/", [PYTHON, "-m", "tests.deploy.rehearsal"])
    _section(report, "Behind PgBouncer and Redis Sentinel", [PYTHON, "-m", "tests.deploy.pooled"])


_SECTIONS: dict[str, Callable[[Report], None]] = {
    "test": test,
    "fast": fast,
    "check": check,
    "coverage": coverage,
    "drill": drill,
    "bench": bench,
    "docs": docs,
    "deploy-test": deploy_test,
}


def _pytest(
    report: Report,
    name: str,
    arguments: Sequence[str],
    environment: Mapping[str, str] | None = None,
    *,
    measured: bool = False,
) -> None:
    program = ["coverage", "run", "-m", "pytest"] if measured else ["pytest"]
    with tempfile.TemporaryDirectory() as folder:
        junit = Path(folder, "junit.xml")
        command = [PYTHON, "-m", *program, "-q", f"--junitxml={junit}", *arguments]
        try:
            _section(report, name, command, environment)
        finally:
            report.add(junit)


def _section(
    report: Report,
    name: str,
    command: Sequence[str],
    environment: Mapping[str, str] | None = None,
) -> None:
    # Those after one that failed run as well: whoever waits an hour for a result learns all of it.
    _heading(name)
    began = monotonic()
    with tempfile.TemporaryDirectory(prefix="convene-") as folder:
        variables = services.clean_environment() | {"VAR_DIR": folder} | dict(environment or {})
        done = subprocess.run(
            command, cwd=BASE_DIR, env=variables, stdin=subprocess.DEVNULL, check=False
        )
    if done.returncode:
        report.failed.append(name)
    print(f"({monotonic() - began:.0f} s)", flush=True)


def _heading(text: str) -> None:
    print(f"\n=== {text} {'=' * max(3, 100 - len(text))}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
