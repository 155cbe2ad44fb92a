"""`make test` and its parts: what a change must pass, section by section.

No section that fails hides the next. What failed is run once more at the end, alone; the last lines
list it, with the commands that run just that. The exit code is 1 where anything failed, and with
CI=true also where anything was left out.
"""

import argparse
import contextlib
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from time import monotonic

from config.env import BASE_DIR
from scripts import coverage_summary, services
from scripts.changed_tests import ChangedTests, changed_files
from scripts.outcomes import (
    PASSED,
    SECONDS,
    commit_of,
    read_outcomes,
    remember,
    remembered,
)
from scripts.report import Report, heading
from scripts.sections import EMBEDDED, SECTIONS, Section

PYTHON = sys.executable
AGAIN_AT_MOST = 10
"""More tests of a section than these that fail are broken, and running them again tells nothing."""
SECONDS_TO_STOP = 30
"""How long a section gets after Ctrl-C."""


def main() -> int:
    """Run the sections that were asked for."""
    parser = argparse.ArgumentParser(prog="bin/test", description=__doc__)
    parser.add_argument("what", nargs="?", default="test", choices=list(_CHOICES))
    parser.add_argument(
        "tests", nargs="*", help="of a section: run these alone, as pytest names them"
    )
    given = parser.parse_args()
    is_section = given.what in {section.name for section in SECTIONS}
    if given.tests and not is_section:
        parser.error("tests can be named with a section alone")
    report = Report()
    try:
        with services.bytecode_kept():
            _CHOICES[given.what](report, *([given.tests] if is_section else []))
    except KeyboardInterrupt:
        report.stopped = "interrupted"
    except (OSError, services.Unavailable) as problem:
        report.stopped = f"stopped: {problem}"
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
    _tests(report, EMBEDDED, [*EMBEDDED.arguments(_seed()), *tests], {})


def coverage(report: Report) -> None:
    """Run the embedded tests, and print how much of the code they reach.

    It is no part of `make test`, because counting branches costs 45 % more time on Python 3.13.
    """
    with tempfile.TemporaryDirectory(prefix="convene-coverage-") as folder:
        data = {"COVERAGE_FILE": str(Path(folder, "data"))}
        _tests(report, EMBEDDED, EMBEDDED.arguments(None), data)
        heading("Coverage of lines and branches by the embedded tests, in %")
        print(coverage_summary.of(Path(folder)), flush=True)


def test(report: Report) -> None:
    """Run what a change must pass, and note the commit that did."""
    commit = commit_of(BASE_DIR)
    check(report)
    _sections(report, SECTIONS, seed=_seed())
    if commit and not report.why_failed and commit_of(BASE_DIR) == commit:
        PASSED.parent.mkdir(exist_ok=True)
        PASSED.write_text(f"{commit}\n", encoding="utf-8")


def test_all(report: Report) -> None:
    """Run everything, and tell which tests fail now and then."""
    report.ranks_flaky = True
    check(report)
    _sections(report, SECTIONS)


def one_section(section: Section, report: Report, tests: Sequence[str]) -> None:
    """Run all tests of a section, or those that are named."""
    if not tests:
        _sections(report, [section])
        return
    with contextlib.ExitStack() as stack:
        _tests(report, section, tests, _servers(stack) if section.on_services else {})


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


_CHOICES: dict[str, Callable[..., None]] = {
    "test": test,
    "all": test_all,
    **{section.name: partial(one_section, section) for section in SECTIONS},
    "fast": fast,
    "check": check,
    "coverage": coverage,
    "drill": drill,
    "bench": bench,
    "docs": docs,
    "deploy-test": deploy_test,
}


def _seed() -> str:
    return f"{datetime.now(UTC):%Y-%m-%d}"


def _sections(report: Report, sections: Sequence[Section], *, seed: str | None = None) -> None:
    """Run sections of tests, and once more what failed, alone.

    Args:
        seed: draw a sample of the thorough tests by it; None: run all.
    """
    without = _without_programs(report)
    if seed:
        print(f"\nThe sample of the thorough tests is of {seed} (pytest --sample {seed}).")
    with contextlib.ExitStack() as stack:
        servers: Mapping[str, str] = {}
        runnable = list(sections)
        if any(section.on_services for section in sections):
            try:
                servers = _servers(stack)
            except services.Unavailable as problem:
                report.left_out.append(f"tests on PostgreSQL with Redis: {problem}")
                runnable = [section for section in sections if not section.on_services]
        for section in runnable:
            variables = servers if section.on_services else {}
            _tests(report, section, section.arguments(seed, without), variables)
        for section in runnable:
            variables = servers if section.on_services else {}
            if failed := list(report.broken.get(section.name, ())):
                _tests_again(report, section, failed, variables)


def _servers(stack: contextlib.ExitStack) -> Mapping[str, str]:
    """Return the variables of servers that run while `stack` is open.

    Raises:
        services.Unavailable: one can't be had.
    """
    return {
        "DATABASE_URL": stack.enter_context(services.postgresql()),
        "REDIS_URL": stack.enter_context(services.redis_server()),
        # No test takes the server's power, so none needs to wait for its disk.
        "PGOPTIONS": "-c synchronous_commit=off",
    }


def _without_programs(report: Report) -> str:
    """Return what to add to an expression of marks: no tests of programs that aren't here."""
    needed: Mapping[str, Callable[[], object]] = {
        "browser": services.chromium,
        "proxy": services.proxies,
        "faketime": services.faketime,
        "systemd": services.systemd,
        "prometheus": services.prometheus,
    }
    without = ""
    for kind, program in needed.items():
        try:
            program()
        except services.Unavailable as problem:
            report.left_out.append(f"{kind} tests: {problem}")
            without += f" and not {kind}"
    return without


def _tests(
    report: Report, section: Section, arguments: Sequence[str], variables: Mapping[str, str]
) -> None:
    """Run tests of a section, and add up what they came to."""
    code = None
    program = ["coverage", "run", "-m", "pytest"] if "COVERAGE_FILE" in variables else ["pytest"]
    title = f"{section.title}, a sample" if "--sample" in arguments else section.title
    with tempfile.TemporaryDirectory(prefix="convene-") as folder:
        written = Path(folder, "outcomes")
        command = [PYTHON, "-m", *program, *pytest_options(written)]
        try:
            code = _run(title, [*command, *arguments], variables)
        finally:
            report.add(section.name, read_outcomes(written), code)


def _tests_again(
    report: Report, section: Section, failed: Sequence[str], variables: Mapping[str, str]
) -> None:
    """Run tests that failed once more, one after another."""
    if len(failed) > AGAIN_AT_MOST:
        return
    with tempfile.TemporaryDirectory(prefix="convene-") as folder:
        written = Path(folder, "outcomes")
        command = [PYTHON, "-m", "pytest", *pytest_options(written)]
        try:
            _run(f"Once more, alone: {section.title}", [*command, *failed], variables)
        finally:
            report.add_second_run(section.name, read_outcomes(written))


def pytest_options(outcomes: Path) -> list[str]:
    """Return what each run of pytest is told: no module that can't be imported hides the others."""
    return ["-q", "--continue-on-collection-errors", f"--outcomes={outcomes}"]


def _section(report: Report, name: str, command: Sequence[str]) -> None:
    if _run(name, command, {}):
        report.failed.append(name)


def _run(title: str, command: Sequence[str], variables: Mapping[str, str]) -> int:
    """Run a program in an empty VAR_DIR, and return its exit code.

    Ctrl-C reaches it, too, and it gets time to stop what it has started.
    """
    times = remembered(SECONDS)
    expected = f" (about {times[title]} s)" if title in times else ""
    heading(f"{title}{expected}")
    began = monotonic()
    with tempfile.TemporaryDirectory(prefix="convene-", ignore_cleanup_errors=True) as folder:
        environment = services.clean_environment() | {"VAR_DIR": folder} | dict(variables)
        with subprocess.Popen(
            command, cwd=BASE_DIR, env=environment, stdin=subprocess.DEVNULL
        ) as process:
            try:
                code = process.wait()
            except KeyboardInterrupt:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(SECONDS_TO_STOP)
                process.kill()
                raise
    seconds = round(monotonic() - began)
    print(f"({seconds} s)", flush=True)
    remember(SECONDS, {**remembered(SECONDS), title: seconds})
    return code


if __name__ == "__main__":
    sys.exit(main())
