"""import_subscribers and undo_import on the command line: exit codes, JSON, plain errors."""

import io
import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from subscribers.models import ImportBatch, Subscriber, Topic

PAYLOADS = Path(__file__).parents[3] / "payloads"
ROOT = Path(__file__).parents[4]


def run(*arguments: str) -> tuple[int, str, str]:
    """Run a command; return its exit code, its output, and its complaints."""
    out = io.StringIO()
    try:
        call_command(*arguments, stdout=out)
    except CommandError as error:
        return error.returncode, out.getvalue(), str(error)
    return 0, out.getvalue(), ""


def take(path: Path | str, *options: str) -> tuple[int, str, str]:
    return run(
        "import_subscribers",
        str(path),
        "--topic",
        "quarterly-meetings",
        "--consent",
        "The old form",
        *options,
    )


def write(folder: Path, text: str) -> Path:
    path = folder / "answers.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_all_rows_taken_is_exit_code_0(topic: Topic) -> None:
    code, out, complaint = take(PAYLOADS / "google_sheets_username.csv")
    assert (code, complaint) == (0, "")
    assert "5 added to quarterly-meetings" in out
    assert f"undo_import {ImportBatch.objects.get().pk}" in out
    assert "'Username' → email" in out
    assert "The Moon" in out


def test_some_refused_is_exit_code_3_and_the_rest_is_imported(topic: Topic) -> None:
    code, out, complaint = take(PAYLOADS / "google_forms_export.csv")
    assert (code, complaint) == (3, "Refused 2 of 8 rows; the rest was imported.")
    assert "row 8: An email address must have an @-sign." in out
    assert Subscriber.objects.count() == 5


def test_a_second_run_over_a_file_says_that_nobody_is_new_and_records_no_import(
    topic: Topic,
) -> None:
    take(PAYLOADS / "google_forms_export.csv")
    first = ImportBatch.objects.get()
    code, out, complaint = take(PAYLOADS / "google_forms_export.csv")
    assert (code, complaint) == (3, "Refused 2 of 8 rows; the rest adds nobody new.")
    assert f"This file was already imported, as import {first.pk}." in out
    assert out.endswith("Nobody in this file is new. Nothing was changed.\n")
    assert ImportBatch.objects.get() == first


def test_a_file_that_only_tells_more_of_people_is_recorded_and_promises_no_way_back(
    topic: Topic, ada: Subscriber, tmp_path: Path
) -> None:
    code, out, complaint = take(
        write(tmp_path, f"Email,Organisation\n{ada.email},Parliament of New Zealand\n")
    )
    assert (code, complaint) == (0, "")
    assert (
        f"This is import {ImportBatch.objects.get().pk}. It added nobody. It filled in missing "
        f"details of 1 existing subscriber." in out
    )
    assert "undo_import" not in out


def test_nothing_done_is_exit_code_1(topic: Topic, tmp_path: Path) -> None:
    assert take(write(tmp_path, "Email\nbad\n"))[::2] == (
        1,
        "No row could be used. Nothing was imported.",
    )
    assert take(write(tmp_path, ""))[::2] == (1, "The file is empty. Nothing was imported.")
    code, _, complaint = take(tmp_path)
    assert (code, "is a folder" in complaint) == (1, True)
    code, _, complaint = take(tmp_path / "missing.csv")
    assert (code, "No such file" in complaint) == (1, True)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--map", "Email"], "Header=field"),
        (["--map", "Email=shoe size"], "no field 'shoe size'"),
        (["--consent", "  "], "--consent is empty"),
        (["--time-zone", "Mars/Olympus"], "'Mars/Olympus' is not an IANA time zone"),
    ],
)
def test_wrong_usage_is_exit_code_2(
    topic: Topic, tmp_path: Path, options: list[str], said: str
) -> None:
    code, _, complaint = take(write(tmp_path, "Email\na@example.org\n"), *options)
    assert code == 2
    assert said in complaint
    assert not Subscriber.objects.exists()


def test_an_unknown_topic_is_named_beside_the_known_ones(topic: Topic, tmp_path: Path) -> None:
    path = write(tmp_path, "Email\na@example.org\n")
    code, _, complaint = run(
        "import_subscribers", str(path), "--topic", "nonsense", "--consent", "x"
    )
    assert (code, complaint) == (1, "There is no topic 'nonsense'. Topics: quarterly-meetings.")


def test_json_is_for_programs(topic: Topic) -> None:
    code, out, _ = take(PAYLOADS / "google_forms_export.csv", "--json")
    report: dict[str, Any] = json.loads(out)
    assert code == 3
    assert (
        report["rows"],
        report["added"],
        report["unchanged"],
        report["opted_out"],
        report["refused_count"],
    ) == (8, 5, 1, 0, 2)
    assert report["refused"][0] == {"row": 8, "reason": "An email address must have an @-sign."}
    assert report["batch_id"] == ImportBatch.objects.get().pk


def test_a_dry_run_says_that_it_is_one(topic: Topic) -> None:
    code, out, complaint = take(PAYLOADS / "google_forms_export.csv", "--dry-run")
    assert (code, complaint) == (3, "Refused 2 of 8 rows; the rest would be imported.")
    assert "Nothing was changed" in out
    assert not Subscriber.objects.exists()


def test_the_operators_columns_are_read(topic: Topic, tmp_path: Path) -> None:
    path = write(
        tmp_path,
        '"Where do we\nreach you?",Who\na@example.org,Ada Lovelace\n',
    )
    assert take(path)[0] == 1
    assert take(path, "--map", "where do we reach you?=email", "--map", "Who=full_name")[0] == 0
    assert Subscriber.objects.get().full_name == "Ada Lovelace"


def test_undoing_says_what_it_did(topic: Topic) -> None:
    take(PAYLOADS / "google_sheets_username.csv")
    batch = str(ImportBatch.objects.get().pk)
    code, out, _ = run("undo_import", batch, "--json")
    assert (code, json.loads(out)["removed"]) == (0, 5)
    code, out, _ = run("undo_import", batch)
    assert (code, "already undone" in out) == (0, True)


@pytest.mark.parametrize("number", ["0", "-1", "99", "9" * 30])
def test_undoing_what_is_not_there_is_exit_code_1(db: None, number: str) -> None:
    code, _, complaint = run("undo_import", "--", number)
    assert (code, "There is no import" in complaint) == (1, True)


@pytest.mark.thorough(sample=1)
@pytest.mark.parametrize(
    "arguments",
    [
        ["import_subscribers"],
        ["import_subscribers", "x.csv"],
        ["undo_import", "seven"],
        ["undo_import"],
    ],
)
def test_the_shell_sees_exit_code_2_and_no_traceback(arguments: list[str], tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT, env={**os.environ, "VAR_DIR": str(tmp_path)}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "usage:" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_help_explains_fields_and_exit_codes() -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "import_subscribers", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "exit codes:" in done.stdout
    assert "given_name" in done.stdout


@pytest.mark.thorough
def test_a_terminal_sees_a_progress_bar(tmp_path: Path) -> None:
    """On a pseudo-terminal, with a database of its own; nothing of it reaches stdout."""
    environment = {**os.environ, "VAR_DIR": str(tmp_path), "TERM": "xterm", "COLUMNS": "100"}
    environment.pop("DATABASE_URL", None)
    make_topic = "from subscribers.models import Topic; Topic.objects.create(slug='t', name='T')"
    for arguments in (["migrate", "-v0"], ["shell", "-v0", "-c", make_topic]):
        subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=environment,
            check=True,
            capture_output=True,
        )
    path = write(
        tmp_path, "Email\n" + "".join(f"p{number}@example.org\n" for number in range(3_000))
    )
    terminal, end = pty.openpty()
    arguments = ["import_subscribers", str(path), "--topic", "t", "--consent", "The old form"]
    with subprocess.Popen(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=end,
        text=True,
    ) as process:
        os.close(end)
        seen = _read_all(terminal)
        assert process.stdout is not None
        printed = process.stdout.read()
    assert process.returncode == 0, seen
    assert "Importing" in seen
    assert "3,000 added" in printed
    assert "Importing" not in printed
    assert "action=command.ran" in seen
    assert "action=command.ran" not in printed


def _read_all(terminal: int) -> str:
    seen = b""
    while True:
        try:
            block = os.read(terminal, 65_536)
        except OSError:  # Linux says that the other end was closed by an error
            block = b""
        if not block:
            os.close(terminal)
            return seen.decode(errors="replace")
        seen += block


@pytest.mark.skipif(
    not Path("/proc/self/mem").exists(), reason="needs a file that opens and then can't be read"
)
def test_a_file_that_fails_while_it_is_read_is_told(topic: Topic) -> None:
    code, _, complaint = take("/proc/self/mem")
    assert (code, complaint) == (
        1,
        "'/proc/self/mem' can't be read: Input/output error. Nothing was imported.",
    )


def test_a_folder_is_called_one(topic: Topic, tmp_path: Path) -> None:
    assert take(tmp_path)[::2] == (
        1,
        f"{str(tmp_path)!r} is a folder, not a file. Nothing was imported.",
    )
