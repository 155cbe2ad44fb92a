"""A backup is whole or it isn't there; it holds all but the keys, for its owner alone."""

import json
import os
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from campaigns.backups.back_up import back_up
from campaigns.backups.backup_problem import BackupProblem
from campaigns.backups.manifest import check_files, read_manifest
from campaigns.backups.take_files import this_host
from campaigns.events.documents.folder import write_document
from config.env import BASE_DIR
from config.environment.media_storage_url import parse_media_storage_url
from newsletter.media.storage import write_file
from newsletter.models import AuditEntry, ProcessKind
from subscribers.consent.unsubscribe import unsubscribe
from subscribers.models import Subscriber, Subscription
from subscribers.states import ConsentMethod
from tests.fakes.s3_store import s3_store
from tests.processes import run
from tests.staff_members import run_by

IMAGE = "0123456789abcdef01234567-10x10.png"
NOW = datetime(2026, 12, 2, 5, 45, tzinfo=UTC)


def made_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith(".backup"))


def test_it_has_database_images_documents_and_journals_with_their_digests(
    ada: Subscriber, folder: Path
) -> None:
    write_file(IMAGE, b"pixels")
    document = write_document(b"%PDF-1.7")
    unsubscribe(Subscription.objects.get(subscriber=ada).pk, method=ConsentMethod.ONE_CLICK)

    done = back_up(folder, now=NOW)

    assert done.path == folder / "2026-12-02T054500Z"
    manifest, is_sealed = read_manifest(done.path)
    check_files(done.path, manifest)
    assert is_sealed
    names = {file.path for file in manifest.files}
    assert f"media/{IMAGE}" in names
    assert f"documents/{document}" in names
    journals = [name for name in names if name.startswith(f"opt-outs/{this_host()}/")]
    assert len(journals) == 1
    assert any(name.startswith("database.") for name in names)
    assert manifest.opt_outs_of == (this_host(),)
    assert "campaigns.0001_initial" in manifest.migrations
    assert made_in(folder) == [done.path.name]


def test_only_its_owner_can_read_it_and_no_key_is_in_it(ada: Subscriber, folder: Path) -> None:
    write_file(IMAGE, b"pixels")
    done = back_up(folder)
    for path in (done.path, *done.path.rglob("*")):
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o700 if path.is_dir() else 0o600), path
    written = b"".join(path.read_bytes() for path in done.path.rglob("*") if path.is_file())
    for key in (django_settings.SECRET_KEY, *django_settings.LINK_KEYS):
        assert key.encode() not in written


def test_the_command_says_where_it_is_and_how_large(
    ada: Subscriber, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_by(monkeypatch, "sam")
    out = StringIO()
    call_command("backup", str(folder), stdout=out)
    (name,) = made_in(folder)
    assert out.getvalue().startswith(f"{folder / name}: ")
    assert "The keys are not in it." in out.getvalue()
    entry = AuditEntry.objects.get(action="backup.made")
    assert (entry.object_label, entry.actor_name) == (name, "sam (command line)")

    out = StringIO()
    call_command("backup", str(folder), "--json", "--keep", "1", stdout=out)
    told = json.loads(out.getvalue())
    assert told["removed"] == [name]
    assert made_in(folder) == [Path(told["path"]).name]
    manifest, _ = read_manifest(Path(told["path"]))
    assert told["bytes"] == manifest.size
    assert told["opt_outs_of"] == [this_host()]


def test_images_of_a_store_are_taken_by_its_interface(
    ada: Subscriber, folder: Path, settings: Settings
) -> None:
    with s3_store() as store:
        url = parse_media_storage_url(store.url(more="&prefix=convene"))
        settings.STORAGES = {**settings.STORAGES, "media": url}
        write_file(IMAGE, b"pixels")
        done = back_up(folder)
        assert (done.path / "media" / IMAGE).read_bytes() == b"pixels"
        store.is_gone = True
        with pytest.raises(BackupProblem, match="Images can't be read"):
            back_up(folder)
    assert made_in(folder) == [done.path.name]


def test_the_oldest_beyond_a_number_go_and_nothing_else_does(
    ada: Subscriber, folder: Path, settings: Settings
) -> None:
    own = [back_up(folder, now=NOW + timedelta(days=day)).path for day in range(3)]
    keys = settings.LINK_KEYS
    settings.LINK_KEYS = ["the-link-key-of-another-installation-of-convene"]
    others = back_up(folder, now=NOW - timedelta(days=9)).path
    settings.LINK_KEYS = keys
    cut = back_up(folder, now=NOW - timedelta(days=8)).path
    next(cut.glob("database.*")).unlink()
    noted = back_up(folder, now=NOW - timedelta(days=7)).path
    (noted / "before-the-move.txt").write_text("keep this one")
    (folder / "2026-01-01T000000Z").mkdir()
    (folder / "photographs").mkdir()
    (folder / "2026-01-02T000000Z").symlink_to(own[0])

    done = back_up(folder, keep=2, now=NOW + timedelta(days=3))

    assert done.removed == [own[0].name, own[1].name]
    kept = {own[2].name, done.path.name, others.name, cut.name, noted.name}
    kept |= {"2026-01-01T000000Z", "2026-01-02T000000Z", "photographs"}
    assert set(made_in(folder)) == kept


def test_keys_that_were_put_in_front_leave_backups_this_installation_s_own(
    ada: Subscriber, folder: Path, settings: Settings
) -> None:
    old = back_up(folder, now=NOW).path
    settings.LINK_KEYS = ["a-newer-link-key-that-was-put-in-front-of-it", *settings.LINK_KEYS]
    assert back_up(folder, keep=1, now=NOW + timedelta(days=1)).removed == [old.name]


def test_two_in_one_second_have_names_of_their_own(ada: Subscriber, folder: Path) -> None:
    names = [back_up(folder, now=NOW).path.name for _ in range(3)]
    assert names == ["2026-12-02T054500Z", "2026-12-02T054500Z-2", "2026-12-02T054500Z-3"]


def test_an_old_backup_that_stays_in_the_way_is_no_failure_of_the_new_one(
    ada: Subscriber, folder: Path
) -> None:
    old = back_up(folder, now=NOW).path
    # It would go out of the way first, and there something else is.
    (folder / f".removed-{old.name}").touch()
    done = back_up(folder, keep=1, now=NOW + timedelta(days=1))
    assert (done.path.is_dir(), old.is_dir(), done.removed) == (True, True, [])
    assert AuditEntry.objects.filter(action="backup.made").count() == 2


def test_the_own_journals_can_t_be_replaced_by_others(
    ada: Subscriber, folder: Path, tmp_path: Path
) -> None:
    with pytest.raises(BackupProblem, match="are this host's own"):
        back_up(folder, other_journals={this_host(): tmp_path})


def test_what_a_killed_backup_left_is_taken_for_none_and_removed(
    ada: Subscriber, folder: Path
) -> None:
    left = folder / ".2026-12-01T020000Z.unfinished"
    left.mkdir()
    (left / "database.dump").write_bytes(b"half")
    half_removed = folder / ".removed-2026-11-01T020000Z"
    half_removed.mkdir()
    done = back_up(folder, keep=5)
    assert done.removed == []
    assert made_in(folder) == [done.path.name]


def test_a_backup_whose_process_is_killed_leaves_nothing_that_looks_whole(
    ada: Subscriber, folder: Path, tmp_path: Path
) -> None:
    code = (
        "import sys, django; from pathlib import Path; django.setup();"
        "from campaigns.backups.back_up import back_up; "
        "back_up(Path(sys.argv[1]))"
    )
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "VAR_DIR": str(tmp_path / "var"),
    }
    environment.pop("DATABASE_URL", None)
    (tmp_path / "var" / "media").mkdir(parents=True)
    with closing(sqlite3.connect(tmp_path / "var" / "convene.sqlite3")) as database:
        database.execute("CREATE TABLE people (name TEXT)")
    # Reading waits for a writer that never comes.
    os.mkfifo(tmp_path / "var" / "media" / IMAGE)
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(folder)], cwd=BASE_DIR, env=environment
    )
    while not list(folder.glob(".*.unfinished/database.sqlite3")) and process.poll() is None:
        time.sleep(0.05)
    assert process.poll() is None
    os.kill(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    assert [name for name in made_in(folder) if not name.startswith(".")] == []
    done = back_up(folder)
    assert made_in(folder) == [done.path.name]


def test_one_at_a_time(ada: Subscriber, folder: Path) -> None:
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import fcntl, sys; f = open(sys.argv[1], 'w'); fcntl.flock(f, fcntl.LOCK_EX);"
            "print('held', flush=True); sys.stdin.read()",
            str(folder / ".backup.lock"),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(BackupProblem, match="Another backup is being written"):
        back_up(folder)
    holder.communicate()
    assert back_up(folder).path.is_dir()


def test_a_folder_that_can_t_take_it_is_told(ada: Subscriber, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"No backup was made. There is no folder .*install -d"):
        call_command("backup", str(tmp_path / "not-mounted"), stdout=StringIO())
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(CommandError, match="There is no folder"):
        call_command("backup", str(tmp_path / "file"), stdout=StringIO())
    inside = tmp_path / "documents" / "backups"
    inside.mkdir(parents=True)
    with pytest.raises(CommandError, match="in a folder that is backed up itself"):
        call_command("backup", str(inside), stdout=StringIO())


@pytest.mark.parametrize("number", ["0", "-1", "many"])
def test_no_number_that_would_remove_all_is_taken(folder: Path, number: str) -> None:
    with pytest.raises(CommandError, match="is no number of backups to keep"):
        call_command("backup", str(folder), f"--keep={number}", stdout=StringIO())
    assert made_in(folder) == []


def test_hosts_whose_journals_are_missing_are_named(ada: Subscriber, folder: Path) -> None:
    for host in ("web2", "web3", this_host()):
        run(ProcessKind.WEB, host=host)
    out = StringIO()
    call_command("backup", str(folder), "--opt-outs", f"web2={folder}", stdout=out)
    assert "Not in it: the journals of web3." in out.getvalue()
    [name] = made_in(folder)
    assert read_manifest(folder / name)[0].opt_outs_missing == ("web3",)


def test_journals_of_other_hosts_are_taken_from_where_they_are(
    ada: Subscriber, folder: Path, tmp_path: Path
) -> None:
    of_web2 = tmp_path / "web2"
    of_web2.mkdir()
    (of_web2 / "2026-12.log").write_bytes(b"whole line\nhalf a li")
    out = StringIO()
    call_command("backup", str(folder), "--opt-outs", f"web2={of_web2}", "--json", stdout=out)
    told = json.loads(out.getvalue())
    assert told["opt_outs_of"] == [this_host(), "web2"]
    assert told["opt_outs_missing"] == []
    taken = Path(told["path"]) / "opt-outs" / "web2" / "2026-12.log"
    assert taken.read_bytes() == b"whole line\n"

    with pytest.raises(CommandError, match="--opt-outs web3: there is no folder"):
        call_command("backup", str(folder), "--opt-outs", "web3=/nowhere", stdout=StringIO())
    with pytest.raises(CommandError, match="is not HOST=FOLDER"):
        call_command("backup", str(folder), "--opt-outs", "../web3=/tmp", stdout=StringIO())
