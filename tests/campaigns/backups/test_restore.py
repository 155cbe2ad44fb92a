"""A restored backup is the installation as it was; whoever has left since stays out."""

import json
import os
import shutil
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django.fixtures import Settings

from campaigns.backups.back_up import back_up
from campaigns.backups.backup_problem import BackupProblem
from campaigns.backups.examine import require_room
from campaigns.backups.manifest import FILE_NAME, BackedUpFile, read_manifest
from campaigns.backups.put_back_files import put_back_journals
from campaigns.backups.take_files import documents_folder
from campaigns.backups.unfinished import note_restore, unfinished_restore
from campaigns.events.documents.folder import open_document, write_document
from newsletter.core.running_lock import running_lock_for_oneself
from newsletter.epoch import hold
from newsletter.epoch.hold import Why, held
from newsletter.media.storage import read_whole, write_file
from newsletter.models import AuditEntry, Epoch
from subscribers.consent.unsubscribe import unsubscribe
from subscribers.models import Subscriber, Subscription
from subscribers.opt_outs import journal
from subscribers.states import ConsentMethod, SubscriptionStatus
from tests.campaigns.backups.conftest import databases_aside

IMAGE = "0123456789abcdef01234567-10x10.png"


@pytest.fixture(autouse=True)
def new_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask Redis at once what other hosts remember, as a process that has just started does."""
    monkeypatch.setattr(hold, "_others_asked_at", float("-inf"))


def restore(path: Path, *options: str) -> str:
    out = StringIO()
    call_command("restore", str(path), *options, stdout=out)
    return out.getvalue()


def leave(subscriber: Subscriber) -> None:
    unsubscribe(Subscription.objects.get(subscriber=subscriber).pk, method=ConsentMethod.ONE_CLICK)


def status_of(subscriber: Subscriber) -> str:
    return Subscription.objects.get(subscriber=subscriber).status


def new_machine(settings: Settings, folder: Path) -> None:
    """Go on as another host, whose VAR_DIR is empty."""
    folder.mkdir()
    settings.VAR_DIR = folder
    options = {**settings.STORAGES["media"]["OPTIONS"], "location": str(folder / "media")}
    media = {**settings.STORAGES["media"], "OPTIONS": options}
    settings.STORAGES = {**settings.STORAGES, "media": media}


def test_whoever_left_after_the_backup_is_out_after_the_restore(
    ada: Subscriber, folder: Path
) -> None:
    backup = back_up(folder).path
    leave(ada)

    told = restore(backup, "--replace", "--yes")

    assert status_of(ada) == SubscriptionStatus.CONFIRMED
    assert held()
    assert "Nothing is sent until you have run" in told
    command = next(line for line in told.splitlines() if "after_restore" in line)
    since = command.partition("--since ")[2]
    call_command("after_restore", "--since", since, "--yes", stdout=StringIO())
    assert status_of(ada) == SubscriptionStatus.UNSUBSCRIBED
    assert held() is None


def test_whoever_left_at_another_host_is_out_by_the_journal_that_the_backup_took(
    ada: Subscriber, folder: Path, tmp_path: Path, settings: Settings
) -> None:
    first = back_up(folder).path
    leave(ada)
    web2 = tmp_path / "web2"
    shutil.copytree(journal.folder(), web2)
    second = back_up(folder, other_journals={"web2": web2}).path
    manifest, _ = read_manifest(second)
    new_machine(settings, tmp_path / "new")

    restore(first, "--replace", "--yes")
    assert put_back_journals(second, manifest) == len(journal_lines(web2))
    assert put_back_journals(second, manifest) == 0
    call_command("after_restore", "--yes", stdout=StringIO())

    assert status_of(ada) == SubscriptionStatus.UNSUBSCRIBED


def journal_lines(folder: Path) -> list[bytes]:
    lines = b"".join(path.read_bytes() for path in folder.glob("*.log")).splitlines()
    return [line for line in lines if line.strip()]


def test_images_documents_and_journals_come_back_on_a_new_machine(
    ada: Subscriber, folder: Path, tmp_path: Path, settings: Settings
) -> None:
    write_file(IMAGE, b"pixels")
    document = write_document(b"%PDF-1.7")
    leave(ada)
    lines = journal_lines(journal.folder())
    backup = back_up(folder).path
    new_machine(settings, tmp_path / "new")

    told = json.loads(restore(backup, "--replace", "--yes", "--json"))

    assert (told["images"], told["documents"], told["opt_outs"]) == (1, 1, len(lines))
    assert read_whole(IMAGE) == b"pixels"
    opened = open_document(document)
    assert opened is not None
    with opened:
        assert opened.read() == b"%PDF-1.7"
    assert journal_lines(journal.folder()) == lines
    hold_met = held()
    assert hold_met is not None
    assert hold_met.why is Why.UNKNOWN
    assert any("--nothing-lost" in line for line in told["next"])
    assert not (tmp_path / "new" / "restore.json").exists()


def test_all_that_comes_onto_one_disk_must_fit_together(
    ada: Subscriber, folder: Path, tmp_path: Path, settings: Settings
) -> None:
    manifest, _ = read_manifest(back_up(folder).path)
    new_machine(settings, tmp_path / "new")
    size = int(shutil.disk_usage(tmp_path).free * 0.6)
    image = BackedUpFile(f"media/{IMAGE}", size, "")
    document = BackedUpFile("documents/a.pdf", size, "")
    require_room(replace(manifest, files=(image,)))
    require_room(replace(manifest, files=(document,)))
    with pytest.raises(BackupProblem, match="new and .*/new/media, and"):
        require_room(replace(manifest, files=(image, document)))


def test_what_is_there_already_needs_no_room(
    ada: Subscriber, folder: Path, tmp_path: Path, settings: Settings
) -> None:
    manifest, _ = read_manifest(back_up(folder).path)
    new_machine(settings, tmp_path / "new")
    size = int(shutil.disk_usage(tmp_path).free * 0.6)
    there = documents_folder() / "a.pdf"
    there.parent.mkdir(parents=True)
    there.touch()
    os.truncate(there, size)  # a hole takes no room
    documents = tuple(BackedUpFile(f"documents/{name}.pdf", size, "") for name in "ab")
    require_room(replace(manifest, files=documents))
    there.unlink()
    with pytest.raises(BackupProblem, match="are free"):
        require_room(replace(manifest, files=documents))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_what_root_restores_belongs_to_the_owner_of_var_dir(
    ada: Subscriber, folder: Path, tmp_path: Path, settings: Settings
) -> None:
    write_file(IMAGE, b"pixels")
    write_document(b"%PDF-1.7")
    leave(ada)
    backup = back_up(folder).path
    var_dir = tmp_path / "new"
    new_machine(settings, var_dir)
    os.chown(var_dir, 12_345, 12_345)

    restore(backup, "--replace", "--yes")
    call_command("after_restore", "--nothing-lost", "--yes", stdout=StringIO())

    made = list(var_dir.rglob("*"))
    assert var_dir / "media" / IMAGE in made
    if connection.vendor == "sqlite":
        made += Path(connection.settings_dict["NAME"]).parent.glob(
            f"{Path(connection.settings_dict['NAME']).name}*"
        )
        made = [path for path in made if ".before-" not in path.name]
    assert {str(path): path.stat().st_uid for path in made if path.stat().st_uid != 12_345} == {}


def test_a_new_machine_asks_even_where_nothing_had_been_sent_at_the_backup(
    ada: Subscriber, folder: Path, tmp_path: Path, settings: Settings
) -> None:
    assert not Epoch.objects.exists()
    backup = back_up(folder).path
    new_machine(settings, tmp_path / "new")
    restore(backup, "--replace", "--yes")
    assert held()


def test_a_new_machine_asks_although_its_restore_was_cut_short_after_the_database(
    ada: Subscriber, folder: Path, tmp_path: Path, settings: Settings
) -> None:
    write_file(IMAGE, b"pixels")
    backup = back_up(folder).path
    new_machine(settings, tmp_path / "new")
    (tmp_path / "new" / "media").write_text("in the way")
    with pytest.raises(CommandError, match="Images can't be written"):
        restore(backup, "--replace", "--yes")
    assert held()
    (tmp_path / "new" / "media").unlink()
    restore(backup)
    assert held()


def test_where_nothing_happened_since_the_backup_sending_goes_on(
    ada: Subscriber, folder: Path
) -> None:
    leave(ada)
    backup = back_up(folder).path
    told = restore(backup, "--replace", "--yes")
    assert held() is None
    assert "sending goes on once you start the processes" in told


def test_the_database_that_was_there_is_moved_aside_and_the_audit_log_says_so(
    ada: Subscriber, folder: Path
) -> None:
    backup = back_up(folder).path
    Subscriber.objects.filter(pk=ada.pk).update(full_name="Ada of today")

    told = restore(backup, "--replace", "--yes")

    assert Subscriber.objects.get(pk=ada.pk).full_name != "Ada of today"
    (aside,) = databases_aside()
    assert aside in told
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT full_name FROM {aside}.subscribers_subscriber")
            assert ("Ada of today",) in cursor.fetchall()
    entry = AuditEntry.objects.get(action="backup.restored")
    assert (entry.object_label, aside in entry.details["aside"]) == (backup.name, True)
    # The next backup leaves it out.
    again = back_up(folder)
    assert again.manifest.size < 3 * read_manifest(backup)[0].size


def test_a_database_that_is_not_empty_stays_without_consent(ada: Subscriber, folder: Path) -> None:
    backup = back_up(folder).path
    with pytest.raises(CommandError, match="is not empty. To move it aside, add --replace"):
        restore(backup, "--yes")
    with pytest.raises(CommandError, match="without a terminal, add --yes. Nothing was changed"):
        restore(backup, "--replace")
    assert databases_aside() == []
    assert unfinished_restore() is None


def test_nothing_is_restored_while_convene_runs(
    ada: Subscriber, folder: Path, settings: Settings
) -> None:
    backup = back_up(folder).path
    with (
        running_lock_for_oneself(settings.VAR_DIR),
        pytest.raises(CommandError, match=r"Convene runs on this host .*systemctl stop"),
    ):
        restore(backup, "--replace", "--yes")
    assert databases_aside() == []


def spoil(backup: Path, name: str, content: bytes | None) -> None:
    path = backup / name
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        (f"media/{IMAGE}", None, "The backup is not whole: media/.* is missing"),
        (f"media/{IMAGE}", b"pix", "The backup is not whole: media/.* has 3 bytes instead of 6"),
        (f"media/{IMAGE}", b"PIXELS", "The backup is damaged: media/.* is not as it was written"),
        (FILE_NAME, None, "is no backup: it has no manifest.json"),
        (FILE_NAME, b"", "is no backup: its manifest.json can't be read"),
        (FILE_NAME, b"[1]", "is no backup: its manifest.json can't be read"),
        (FILE_NAME, b'{"format": "another"}', "is no backup: its manifest.json can't be read"),
        (FILE_NAME, b'{"format": "convene-backup", "format_version": 1}', "is incomplete"),
        (
            FILE_NAME,
            b'{"format": "convene-backup", "format_version": 2, "version": {"release": "9.0"}}',
            r"newer version of Convene \(9.0\)",
        ),
    ],
)
def test_a_backup_that_is_cut_or_damaged_changes_nothing(
    ada: Subscriber, folder: Path, name: str, content: bytes | None, words: str
) -> None:
    write_file(IMAGE, b"pixels")
    backup = back_up(folder).path
    spoil(backup, name, content)
    with pytest.raises(CommandError, match=words):
        restore(backup, "--replace", "--yes")
    assert databases_aside() == []
    assert unfinished_restore() is None
    assert Subscriber.objects.filter(pk=ada.pk).exists()


def change_manifest(backup: Path, **values: object) -> None:
    path = backup / FILE_NAME
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


def test_a_manifest_that_somebody_changed_is_told_apart(ada: Subscriber, folder: Path) -> None:
    backup = back_up(folder).path
    change_manifest(backup, host="elsewhere")
    with pytest.raises(CommandError, match="its manifest was changed after it was written"):
        restore(backup, "--replace", "--yes")


@pytest.mark.parametrize("path", ["../../etc/passwd", "/etc/passwd", "media/../../x", "keys", ""])
def test_no_manifest_leads_out_of_its_folder(ada: Subscriber, folder: Path, path: str) -> None:
    backup = back_up(folder).path
    files = json.loads((backup / FILE_NAME).read_text())["files"]
    change_manifest(backup, files=[*files, {"path": path, "size": 1, "sha256": "0"}])
    with pytest.raises(CommandError, match="its manifest.json is incomplete"):
        restore(backup, "--replace", "--yes", "--other-keys")


def test_a_folder_that_is_no_backup_is_told(folder: Path, tmp_path: Path) -> None:
    for path in (folder, tmp_path / "nowhere"):
        with pytest.raises(CommandError, match="is no backup: it has no manifest.json"):
            restore(path, "--yes")


def test_a_backup_of_a_newer_version_is_refused_by_its_migrations(
    ada: Subscriber, folder: Path
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES "
            "('campaigns', '9999_of_next_year', CURRENT_TIMESTAMP)"
        )
    try:
        backup = back_up(folder).path
        with pytest.raises(
            CommandError, match=r"newer version of Convene: .*campaigns.9999_of_next_year"
        ):
            restore(backup, "--replace", "--yes")
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM django_migrations WHERE name = '9999_of_next_year'")
    assert databases_aside() == []


def test_a_backup_of_another_installation_is_refused_or_its_cost_accepted(
    ada: Subscriber, folder: Path, settings: Settings
) -> None:
    backup = back_up(folder).path
    settings.LINK_KEYS = ["the-link-key-of-another-installation-of-convene"]
    with pytest.raises(CommandError, match=r"with other keys .*can be written to again"):
        restore(backup, "--replace", "--yes")
    assert databases_aside() == []
    restore(backup, "--replace", "--yes", "--other-keys")
    assert len(databases_aside()) == 1


def test_a_former_key_that_is_missing_is_asked_for(
    ada: Subscriber, folder: Path, settings: Settings
) -> None:
    last = settings.LINK_KEYS
    settings.LINK_KEYS = ["a-newer-link-key-that-was-put-in-front-of-it", *last]
    backup = back_up(folder).path
    settings.LINK_KEYS = last
    with pytest.raises(CommandError, match="Add all former keys to LINK_KEYS"):
        restore(backup, "--replace", "--yes")


def test_another_secret_key_is_told_and_no_obstacle(
    ada: Subscriber, folder: Path, settings: Settings
) -> None:
    backup = back_up(folder).path
    settings.SECRET_KEY = "another-secret-key-of-tests-that-is-long-enough"
    assert "SECRET_KEY is another one" in restore(backup, "--replace", "--yes")


def test_a_backup_of_another_kind_of_database_is_refused(ada: Subscriber, folder: Path) -> None:
    backup = back_up(folder).path
    other = "sqlite" if connection.vendor == "postgresql" else "postgresql"
    files = {"postgresql": "database.dump", "sqlite": "database.sqlite3"}
    listed = json.loads((backup / FILE_NAME).read_text())["files"]
    for each in listed:
        each["path"] = each["path"].replace(files[connection.vendor], files[other])
    (backup / files[connection.vendor]).rename(backup / files[other])
    change_manifest(backup, database=other, files=listed, keys={"link_keys": [], "secret_key": ""})
    with pytest.raises(CommandError, match="They can't be changed for one another"):
        restore(backup, "--replace", "--yes", "--other-keys")


def test_images_that_can_t_be_written_stop_it_and_the_same_command_goes_on(
    ada: Subscriber, folder: Path, tmp_path: Path, settings: Settings
) -> None:
    write_file(IMAGE, b"pixels")
    backup = back_up(folder).path
    leave(ada)
    new_machine(settings, tmp_path / "new")
    (tmp_path / "new" / "media").write_text("in the way")
    with pytest.raises(CommandError, match="Images can't be written"):
        restore(backup, "--replace", "--yes")
    note = unfinished_restore()
    assert note is not None
    assert note.has_database
    (tmp_path / "new" / "media").unlink()
    Subscriber.objects.filter(pk=ada.pk).update(full_name="Ada, who wrote meanwhile")

    told = restore(backup)

    assert "An earlier restore of it was cut short here; this one goes on." in told
    assert read_whole(IMAGE) == b"pixels"
    assert Subscriber.objects.get(pk=ada.pk).full_name == "Ada, who wrote meanwhile"
    assert len(databases_aside()) == 1
    assert unfinished_restore() is None


def test_one_that_was_killed_before_or_after_the_database_goes_on_and_deletes_nothing(
    ada: Subscriber, folder: Path
) -> None:
    """The note says that the database may not be the backup's: it is whichever is there."""
    backup = back_up(folder).path
    note_restore(read_manifest(backup)[0], has_database=False)
    Subscriber.objects.filter(pk=ada.pk).update(full_name="Ada of today")

    restore(backup, "--yes")

    assert Subscriber.objects.get(pk=ada.pk).full_name != "Ada of today"
    assert len(databases_aside()) == 1


def test_the_note_of_one_backup_says_nothing_of_another(ada: Subscriber, folder: Path) -> None:
    first, second = back_up(folder).path, back_up(folder).path
    note_restore(read_manifest(first)[0], has_database=True)
    with pytest.raises(CommandError, match="is not empty"):
        restore(second, "--yes")


def test_a_restore_that_can_t_write_says_so_before_anything_is_changed(
    ada: Subscriber, folder: Path, tmp_path: Path, settings: Settings
) -> None:
    backup = back_up(folder).path
    settings.VAR_DIR = tmp_path / "gone"
    with pytest.raises(CommandError, match=r"running.lock can't be written: No such file"):
        restore(backup, "--replace", "--yes")
    assert databases_aside() == []
