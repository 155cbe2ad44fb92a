"""`manage.py log` finds lines in files, in what is piped in and in the folder of VAR_DIR."""

import gzip
import os
import signal
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from config.env import BASE_DIR
from newsletter.logs.line import LogFormat
from newsletter.models import AuditEntry
from scripts.services import clean_environment
from tests.newsletter.logs.test_line import line

SEVEN = line("launched", campaign=7).written(LogFormat.LINE)
EIGHT = line("launched", campaign=8).written(LogFormat.JSON)


def run(*arguments: str, var_dir: Path, said: str = "") -> subprocess.CompletedProcess[str]:
    """Run the command as an operator does, on a database without tables."""
    return subprocess.run(
        [sys.executable, "manage.py", "log", *arguments],
        cwd=BASE_DIR,
        env=clean_environment() | {"VAR_DIR": str(var_dir)},
        input=said,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.journey
def test_exit_codes_say_whether_there_were_lines_and_a_log(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    log.write_text(f"{SEVEN}\n{EIGHT}\n")
    found = run("--campaign", "7", str(log), var_dir=tmp_path)
    assert (found.returncode, found.stdout, found.stderr) == (0, f"{SEVEN}\n", "")
    piped = run("--campaign", "8", "-", var_dir=tmp_path, said=f"{SEVEN}\n{EIGHT}")
    assert (piped.returncode, piped.stdout) == (0, f"{EIGHT}\n")
    none = run("--campaign", "9", "-", var_dir=tmp_path, said=f"{SEVEN}\n")
    assert (none.returncode, none.stdout, none.stderr) == (1, "", "")
    missing = run(str(tmp_path / "b.log"), var_dir=tmp_path)
    assert missing.returncode == 2
    assert "There is no file" in missing.stderr


@pytest.mark.journey
def test_a_followed_file_is_read_on_and_so_is_the_one_that_takes_its_place(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    log.write_text(f"{SEVEN}\n")
    command = [sys.executable, "manage.py", "log", "--follow", "--campaign", "7", str(log)]
    process = subprocess.Popen(
        command,
        cwd=BASE_DIR,
        env=clean_environment() | {"VAR_DIR": str(tmp_path), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        text=True,
        # Whoever starts tests in the background lets them, and what they start, ignore Ctrl-C.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == f"{SEVEN}\n"
        with log.open("a") as file:
            file.write(f"{EIGHT}\n{SEVEN} on\n")
        assert process.stdout.readline() == f"{SEVEN} on\n"
        log.rename(tmp_path / "a.log.1")
        log.write_text(f"{SEVEN} anew\n")
        assert process.stdout.readline() == f"{SEVEN} anew\n"
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)
        process.stdout.close()
    assert process.returncode == 0


@pytest.mark.django_db
def test_without_a_name_the_files_of_the_folder_are_read_the_oldest_first(
    tmp_path: Path, settings: Settings
) -> None:
    settings.VAR_DIR = tmp_path
    with pytest.raises(CommandError, match="There is no log to read"):
        call_command("log", stdout=StringIO())
    folder = tmp_path / "log"
    folder.mkdir()
    with gzip.open(folder / "convene.log.1.gz", "wt") as file:
        file.write(f"{SEVEN}\n")
    (folder / "convene.log").write_text(f"{EIGHT}\n")
    os.utime(folder / "convene.log.1.gz", (1, 1))
    out = StringIO()
    call_command("log", stdout=out)
    assert out.getvalue().splitlines() == [SEVEN, EIGHT]


@pytest.mark.django_db
@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00" * 1000, b"x" * 3_000_000])
def test_a_file_of_anything_is_read_without_a_fault(content: bytes, tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    log.write_bytes(content)
    out = StringIO()
    call_command("log", str(log), stdout=out)
    assert not out.getvalue()


@pytest.mark.django_db
def test_a_cut_archive_is_told(tmp_path: Path) -> None:
    log = tmp_path / "a.log.gz"
    log.write_bytes(gzip.compress(SEVEN.encode() * 1000)[:40])
    with pytest.raises(CommandError, match="can't be read"):
        call_command("log", str(log), stdout=StringIO())


@pytest.mark.django_db
def test_a_wrong_time_is_told_and_what_was_looked_for_is_recorded(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="--since: 'soon' is neither"):
        call_command("log", "--campaign", "7", "--actor", "3", "--since", "soon", stdout=StringIO())
    details = {"campaign": 7, "delivery": None, "since": "soon"}
    assert AuditEntry.objects.order_by("pk").values_list("details", flat=True)[0] == details
