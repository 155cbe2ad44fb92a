"""`make test` reports its result honestly."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from config.env import BASE_DIR
from scripts.outcomes import commit_of, read_outcomes, remembered
from scripts.report import FLAKY_AT_MOST, Report
from scripts.services import bytecode_kept, clean_environment
from scripts.test import check, pytest_options

MODULE = """
from pathlib import Path
import pytest

def test_sound(): pass

def test_broken():
    assert 1 + 1 == 3

def test_flaky():
    seen = Path("seen")
    first = not seen.exists()
    seen.touch()
    assert not first, "it fails the first time"

@pytest.fixture
def unfit():
    yield
    raise ValueError("it can't be undone")

def test_of_a_fixture(unfit): pass

@pytest.mark.skip(reason="the report counts what is skipped")
def test_skipped(): pass
"""


def run_pytest(folder: Path, *tests: str) -> tuple[Path, int]:
    """Run tests in a folder, and return where their outcomes are, and pytest's exit code."""
    written = folder / f"outcomes-{len(list(folder.iterdir()))}"
    # pytest-django would look for the project's settings.
    plugins = ["-c", os.devnull, "-p", "no:django", "-p", "tests.outcomes"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *plugins, *pytest_options(written), *tests],
        cwd=folder,
        env=clean_environment() | {"PYTHONPATH": str(BASE_DIR)},
        capture_output=True,
        check=False,
    )
    return written, done.returncode


@pytest.fixture
def flaky_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "flaky.json"
    monkeypatch.setattr("scripts.outcomes.FLAKY", path)
    return path


def test_all_that_failed_is_listed_and_what_passes_alone_is_called_flaky(
    tmp_path: Path, flaky_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "test_it.py").write_text(MODULE, encoding="utf-8")
    (tmp_path / "test_typo.py").write_text("import nothing_of_this_name", encoding="utf-8")
    report = Report(ranks_flaky=True)
    written, code = run_pytest(tmp_path)
    report.add("embedded", read_outcomes(written), code)
    report.add_second_run(
        "embedded", read_outcomes(run_pytest(tmp_path, *report.broken["embedded"])[0])
    )
    assert report.close() == 1
    out = capsys.readouterr().out
    assert "test_it.py::test_broken\n    assert (1 + 1) == 3\n" in out
    assert "test_it.py::test_of_a_fixture\n    ValueError: it can't be undone\n" in out
    assert "test_typo.py\n    ModuleNotFoundError: No module named 'nothing_of_this_name'" in out
    assert (
        "bin/test embedded test_typo.py test_it.py::test_broken test_it.py::test_of_a_fixture"
    ) in out
    assert "Flaky: failed beside others, passed alone" in out
    assert "test_it.py::test_flaky\n    AssertionError: it fails the first time" in out
    assert "1 ×  test_it.py::test_flaky" in out
    assert out.endswith("FAILED: 3 tests\nconvene: 2 passed, 3 failed, 1 skipped\n")
    assert list(remembered(flaky_file)) == ["test_it.py::test_flaky"]


def test_few_flaky_tests_fail_no_run_and_many_do(tmp_path: Path, flaky_file: Path) -> None:
    source = MODULE[: MODULE.index("def test_broken")] + "".join(
        f"""
def test_flaky_{number}():
    seen = Path("seen-{number}")
    first = not seen.exists()
    seen.touch()
    assert not first
"""
        for number in range(FLAKY_AT_MOST + 1)
    )
    (tmp_path / "test_it.py").write_text(source, encoding="utf-8")
    names = [f"test_it.py::test_flaky_{number}" for number in range(FLAKY_AT_MOST + 1)]
    for several, expected in [(names[:-1], 0), (names, 1)]:
        for seen in tmp_path.glob("seen-*"):
            seen.unlink()
        report = Report()
        written, code = run_pytest(tmp_path, *several)
        report.add("embedded", read_outcomes(written), code)
        report.add_second_run("embedded", read_outcomes(run_pytest(tmp_path, *several)[0]))
        assert report.close() == expected


def test_a_run_that_ended_before_its_tests_had_is_no_success(tmp_path: Path) -> None:
    report = Report()
    report.add("embedded", read_outcomes(tmp_path / "missing"), 4)
    assert report.close() == 1


def test_a_commit_is_named_only_where_no_file_differs_from_it(tmp_path: Path) -> None:
    def git(*arguments: str) -> str:
        identity = ["-c", "user.name=Sam", "-c", "user.email=sam@example.org"]
        done = subprocess.run(
            ["git", *identity, *arguments], cwd=tmp_path, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    assert commit_of(tmp_path) is None
    git("init", "--quiet")
    git("commit", "--quiet", "--allow-empty", "--message", "Begin")
    assert commit_of(tmp_path) == git("rev-parse", "HEAD")
    (tmp_path / "new").touch()
    assert commit_of(tmp_path) is None


def test_all_sections_run_and_each_that_failed_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("scripts.test.PYTHON", "false")
    report = Report()
    check(report)
    assert report.close() == 1
    assert "FAILED: Lint, Format, Templates, Types, Imports" in capsys.readouterr().out


@pytest.mark.parametrize(("in_ci", "code"), [(False, 0), (True, 1)])
def test_what_was_left_out_is_said_and_is_a_failure_in_ci(
    *, in_ci: bool, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    report = Report(
        left_out=["browser tests: no Chromium is installed"], nothing_may_be_left_out=in_ci
    )
    assert report.close() == code
    assert "LEFT OUT: browser tests: no Chromium is installed" in capsys.readouterr().out


def test_settings_of_an_installation_do_not_reach_the_tests(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("DATABASE_URL", "VAR_DIR", "BULK_MAILER_URL", "SECRET_KEY_FILE"):
        monkeypatch.setenv(name, "of an installation")
    assert "of an installation" not in clean_environment().values()


def test_where_no_bytecode_may_be_written_processes_share_it_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    (tmp_path / "imported.py").write_text("COUNT = 1", encoding="utf-8")
    before = dict(os.environ)
    with bytecode_kept():
        program = "import imported; print(imported.__cached__)"
        made = subprocess.run(
            [sys.executable, "-c", program],
            env=clean_environment(),
            capture_output=True,
            text=True,
            check=True,
        )
        compiled = Path(made.stdout.strip())
        assert compiled.exists()
    assert not compiled.is_relative_to(tmp_path)
    assert not compiled.exists()
    assert os.environ == before
