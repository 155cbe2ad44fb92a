"""All checks together, and the command `doctor` that runs them."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from campaigns.reports.diagnostics.diagnose import diagnose
from campaigns.reports.diagnostics.finding import Level

pytestmark = pytest.mark.django_db


@pytest.mark.usefixtures("healthy")
def test_a_healthy_installation_has_nothing_to_mend() -> None:
    assert [finding for finding in diagnose() if finding.level is Level.MEND] == []


@pytest.mark.usefixtures("healthy")
def test_the_command_says_so_and_exits_with_0() -> None:
    out = StringIO()
    call_command("doctor", stdout=out)
    assert "ERROR" not in out.getvalue()


def test_the_command_exits_with_1_when_something_must_be_mended() -> None:
    out = StringIO()
    with pytest.raises(SystemExit) as end:
        call_command("doctor", stdout=out)
    assert end.value.code == 1
    assert "There is no administrator" in out.getvalue()


@pytest.mark.usefixtures("healthy")
def test_strict_counts_warnings_for_the_exit_code_and_for_programs() -> None:
    call_command("doctor", stdout=StringIO())
    out = StringIO()
    with pytest.raises(SystemExit) as end:
        call_command("doctor", "--strict", "--json", stdout=out)
    answer = json.loads(out.getvalue())
    assert end.value.code == 1
    assert answer["healthy"] is False
    assert {each["level"] for each in answer["findings"]} == {"fine", "look"}


def test_programs_can_read_it() -> None:
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("doctor", "--json", stdout=out)
    answer = json.loads(out.getvalue())
    assert answer["healthy"] is False
    assert {"check", "level", "message", "about", "since"} == set(answer["findings"][0])


def test_the_check_leaves_no_file_behind(folder: Path) -> None:
    diagnose()
    assert list((folder / "queue").iterdir()) == []


def test_the_look_leaves_no_file_behind(folder: Path) -> None:
    diagnose()
    assert not list(folder.rglob("doctor-*"))


@pytest.mark.django_db(transaction=True)
def test_a_database_without_tables_is_named_and_nothing_else_is_asked_of_it() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'campaigns'")
    try:
        findings = diagnose()
    finally:
        call_command("migrate", "campaigns", fake=True, verbosity=0)
    assert "manage.py migrate" in " ".join(
        finding.message for finding in findings if finding.level is Level.MEND
    )
    assert "brand" not in {finding.check for finding in findings}
