"""`make test` reports its result honestly."""

from pathlib import Path

import pytest

from scripts.services import clean_environment
from scripts.test import Report

JUNIT = '<testsuites><testsuite tests="7" failures="1" errors="1" skipped="2"/></testsuites>'


def test_what_pytest_counted_is_added_up(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "junit.xml").write_text(JUNIT, encoding="utf-8")
    report = Report()
    report.add(tmp_path / "junit.xml")
    report.add(tmp_path / "missing.xml")
    assert report.close("Tests") == 1
    assert capsys.readouterr().out.endswith(
        "FAILED: Tests\nconvene: 3 passed, 2 failed, 2 skipped\n"
    )


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
