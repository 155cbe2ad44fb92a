"""PostgreSQL's own programs are found, told their version, and given no password to show."""

import os
import signal
import subprocess
import sys
from io import StringIO
from pathlib import Path

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django.fixtures import Settings

from campaigns.backups import postgresql_programs
from campaigns.backups.back_up import back_up
from campaigns.backups.backup_problem import BackupProblem
from campaigns.backups.postgresql_programs import find_program, server_version
from campaigns.backups.unfinished import unfinished_restore
from config.env import BASE_DIR
from subscribers.models import Subscriber
from tests.campaigns.backups.conftest import databases_aside

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

PASSWORD = "p4ssword-of-the-database"


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Only the programs in this folder are on the PATH, and none are where Debian keeps them."""
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setattr(postgresql_programs, "_DEBIAN", tmp_path / "none")
    monkeypatch.setenv("PATH", str(folder))
    return folder


def program(folder: Path, name: str, *, version: int, does: str = "") -> None:
    """Put a program into the folder."""
    path = folder / name
    told = f"{name} (PostgreSQL) {version}.1"
    path.write_text(f'#!/bin/sh\n[ "$1" = --version ] && echo "{told}" && exit\n{does}\n')
    path.chmod(0o700)


def test_a_host_without_pg_dump_is_told_what_to_install(
    ada: Subscriber, folder: Path, programs: Path
) -> None:
    with pytest.raises(
        CommandError, match=r"No backup was made. pg_dump is not installed .*postgresql-client"
    ):
        call_command("backup", str(folder), stdout=StringIO())
    assert [path.name for path in folder.iterdir()] == [".backup.lock"]


def test_an_older_pg_dump_than_the_server_is_refused(
    ada: Subscriber, folder: Path, programs: Path
) -> None:
    program(programs, "pg_dump", version=9)
    with pytest.raises(
        BackupProblem, match=f"of version 9, which is older than {server_version()}"
    ):
        back_up(folder)


def test_the_oldest_that_is_new_enough_is_taken(
    tmp_path: Path, programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql_programs, "_DEBIAN", tmp_path / "debian")
    for version in (13, 15, 17):
        (tmp_path / "debian" / str(version) / "bin").mkdir(parents=True)
        program(tmp_path / "debian" / str(version) / "bin", "pg_dump", version=version)
    program(programs, "pg_dump", version=18)
    assert find_program("pg_dump", least=14)[1] == 15
    assert find_program("pg_dump", least=18) == (programs / "pg_dump", 18)


def test_the_password_is_in_the_environment_and_on_no_command_line(
    ada: Subscriber, folder: Path, programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = folder.parent / "seen"
    does = f'echo "arguments $*" > {seen}; echo "password $PGPASSWORD" >> {seen}; exit 1'
    program(programs, "pg_dump", version=99, does=does)
    monkeypatch.setitem(connection.settings_dict, "PASSWORD", PASSWORD)
    with pytest.raises(BackupProblem, match="pg_dump failed: exit code 1"):
        back_up(folder)
    arguments, password = seen.read_text().splitlines()
    assert "--format=custom" in arguments
    assert PASSWORD not in arguments
    assert password == f"password {PASSWORD}"


def test_what_pg_dump_says_is_told_and_nothing_is_left(
    ada: Subscriber, folder: Path, programs: Path
) -> None:
    does = "echo half > /dev/null; echo 'pg_dump: error: No space left on device' >&2; exit 1"
    program(programs, "pg_dump", version=99, does=does)
    with pytest.raises(BackupProblem, match="pg_dump failed: No space left on device"):
        back_up(folder)
    assert [path.name for path in folder.iterdir()] == [".backup.lock"]


def test_a_backup_by_a_newer_pg_dump_than_the_server_is_refused(
    ada: Subscriber, folder: Path, programs: Path
) -> None:
    does = 'for each; do case $each in --file=*) : > "${each#--file=}";; esac; done'
    program(programs, "pg_dump", version=99, does=does)
    backup = back_up(folder).path
    with pytest.raises(CommandError, match=r"by version 99 of pg_dump, and this server is Postgre"):
        call_command("restore", str(backup), "--replace", "--yes", stdout=StringIO())


def test_other_connections_are_named_and_the_restore_refused(ada: Subscriber, folder: Path) -> None:
    backup = back_up(folder).path
    parameters = connection.get_connection_params()
    with (
        psycopg.connect(
            host=parameters.get("host", ""),
            port=parameters.get("port", ""),
            user=parameters.get("user", ""),
            password=parameters.get("password", ""),
            dbname=parameters["dbname"],
            application_name="a clock elsewhere",
        ),
        pytest.raises(CommandError, match=r"1 other connection \(a clock elsewhere\)"),
    ):
        call_command("restore", str(backup), "--replace", "--yes", stdout=StringIO())
    assert databases_aside() == []


def test_a_restore_that_fails_leaves_the_database_as_it_was(
    ada: Subscriber, folder: Path, request: pytest.FixtureRequest
) -> None:
    backup = back_up(folder).path
    programs: Path = request.getfixturevalue("programs")
    does = "echo 'pg_restore: error: could not execute query: ERROR:  out of room' >&2; exit 1"
    program(programs, "pg_restore", version=server_version(), does=does)
    with pytest.raises(
        CommandError, match=r"pg_restore failed: .*out of room. The database is as it was."
    ):
        call_command("restore", str(backup), "--replace", "--yes", stdout=StringIO())
    assert Subscriber.objects.filter(pk=ada.pk).exists()
    assert databases_aside() == []
    assert unfinished_restore() is None


def test_a_restore_whose_process_is_killed_amid_the_database_goes_on(
    ada: Subscriber, folder: Path, tmp_path: Path, settings: Settings
) -> None:
    backup = back_up(folder).path
    Subscriber.objects.filter(pk=ada.pk).update(full_name="Ada of today")
    killing = tmp_path / "killing"
    killing.mkdir()
    # It comes first on the PATH, so it is the one of its version that is taken.
    program(killing, "pg_restore", version=server_version(), does="kill -KILL $PPID")
    parameters = connection.get_connection_params()
    connection.close()
    user = f"{parameters.get('user', '')}:{parameters.get('password', '')}".rstrip(":")
    where = f"{parameters.get('host', '')}:{parameters.get('port', '')}".rstrip(":")
    killed = subprocess.run(
        [sys.executable, "manage.py", "restore", str(backup), "--replace", "--yes"],
        cwd=BASE_DIR,
        env=os.environ
        | {
            "PATH": f"{killing}:{os.environ['PATH']}",
            "VAR_DIR": str(settings.VAR_DIR),
            "DATABASE_URL": f"postgresql://{user}@{where}/{parameters['dbname']}",
        },
        check=False,
        capture_output=True,
        text=True,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert len(databases_aside()) == 1
    note = unfinished_restore()
    assert note is not None
    assert not note.has_database

    out = StringIO()
    call_command("restore", str(backup), "--yes", stdout=out)

    assert "this one goes on" in out.getvalue()
    assert Subscriber.objects.get(pk=ada.pk).full_name != "Ada of today"
    (aside,) = databases_aside()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT full_name FROM {aside}.subscribers_subscriber")
        assert ("Ada of today",) in cursor.fetchall()


def test_schemas_of_other_people_in_the_same_database_stay_as_they_are(
    ada: Subscriber, folder: Path
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA somebody_else CREATE TABLE notes (words text)")
    try:
        backup = back_up(folder).path
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO somebody_else.notes VALUES ('of today')")
        call_command("restore", str(backup), "--replace", "--yes", stdout=StringIO())
        with connection.cursor() as cursor:
            cursor.execute("SELECT words FROM somebody_else.notes")
            assert cursor.fetchall() == [("of today",)]
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA IF EXISTS somebody_else CASCADE")
