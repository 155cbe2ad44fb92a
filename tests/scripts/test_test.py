"""`make test` reports its result honestly."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.services import bytecode_kept, clean_environment
from scripts.test import Report, check

JUNIT = '<testsuites><testsuite tests="7" failures="1" errors="1" skipped="2"/></testsuites>'


def test_what_pytest_counted_is_added_up(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "junit.xml").write_text(JUNIT, encoding="utf-8")
    report = Report()
    report.add(tmp_path / "junit.xml")
    report.add(tmp_path / "missing.xml")
    report.failed.append("Tests")
    assert report.close() == 1
    assert capsys.readouterr().out.endswith(
        "FAILED: Tests\nconvene: 3 passed, 2 failed, 2 skipped\n"
    )


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
