"""Files are private to their user, whatever the umask; static files are for everybody."""

import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.env import BASE_DIR, read_environment
from newsletter.core.private_files import (
    give_folder_to_owner_of,
    make_private,
    open_private,
    others_may_read,
    whole_private_file,
)
from scripts.services import clean_environment

SERVICE = 12_345
"""The number of a user who isn't this one."""
WRITE = """
import json, pathlib
from django.conf import settings
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("CREATE TABLE something (said text)")
    cursor.execute("INSERT INTO something VALUES ('x')")
    (settings.VAR_DIR / "a-file").write_text("x")
    (settings.VAR_DIR / "a-folder").mkdir()
    paths = settings.VAR_DIR.iterdir()
    print(json.dumps({path.name: path.stat().st_mode & 0o777 for path in paths}))
"""


@pytest.fixture(autouse=True)
def open_handed() -> Iterator[None]:
    """The umask of most users."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def manage(folder: Path, *arguments: str) -> str:
    environment = clean_environment() | {"VAR_DIR": str(folder)}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(
        command, cwd=BASE_DIR, env=environment, capture_output=True, text=True, check=True
    ).stdout


def test_all_that_a_process_writes_is_its_user_s_alone(tmp_path: Path) -> None:
    modes = json.loads(manage(tmp_path / "var", "shell", "--no-imports", "-c", WRITE))
    assert {
        "convene.sqlite3",
        "convene.sqlite3-wal",
        "convene.sqlite3-shm",
        "secret_key.secret",
        "a-file",
        "a-folder",
    } <= set(modes)
    assert {name: oct(mode) for name, mode in modes.items() if mode & 0o077} == {}
    assert not others_may_read(tmp_path / "var")


def test_a_database_of_an_earlier_release_is_taken_from_others(tmp_path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        (tmp_path / f"convene.sqlite3{suffix}").touch(0o644)
    manage(tmp_path, "shell", "--no-imports", "-c", "pass")
    assert not [path for path in tmp_path.iterdir() if others_may_read(path)]


def test_an_empty_folder_that_somebody_made_becomes_private(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    read_environment({"VAR_DIR": str(tmp_path)})
    assert not others_may_read(tmp_path)


def test_a_folder_that_holds_other_things_is_left_as_it_is(tmp_path: Path) -> None:
    """It may be /srv."""
    tmp_path.chmod(0o755)
    (tmp_path / "of-somebody-else").touch()
    read_environment({"VAR_DIR": str(tmp_path)})
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755


def test_what_is_not_there_or_not_ours_is_no_reason_to_fail(tmp_path: Path) -> None:
    make_private(tmp_path / "nothing")
    make_private(Path("/proc/self/mem/nothing"))


def test_a_file_takes_its_name_when_all_is_written(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("old")
    with whole_private_file(path) as file:
        file.write("Zoë\r\n")
        assert path.read_text() == "old"
        assert not [each for each in tmp_path.iterdir() if each != path and others_may_read(each)]
    assert path.read_bytes() == "Zoë\r\n".encode()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_could_not_be_written_whole_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("old")

    def write_half() -> None:
        with whole_private_file(path) as file:
            file.write("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_half()
    assert [each.read_text() for each in tmp_path.iterdir()] == ["old"]


def test_a_file_that_is_there_may_be_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.secret"
    for text in ("first", "second"):
        try:
            with whole_private_file(path, replaces=False) as file:
                file.write(text)
        except FileExistsError:
            assert text == "second"
    assert [(each, each.read_text()) for each in tmp_path.iterdir()] == [(path, "first")]
    assert not others_may_read(path)


def test_a_file_that_is_opened_is_made_for_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    os.close(open_private(path, os.O_WRONLY | os.O_APPEND))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("leads_to", ["a.key", "nothing"])
def test_a_link_in_the_place_of_a_file_is_not_followed(tmp_path: Path, leads_to: str) -> None:
    """Root may write where another user can make links."""
    kept, link = tmp_path / "a.key", tmp_path / "a.log"
    kept.write_text("kept")
    link.symlink_to(tmp_path / leads_to)
    with pytest.raises(OSError, match="symbolic links"):
        open_private(link, os.O_WRONLY | os.O_TRUNC)
    with whole_private_file(link, for_service=True) as file:
        file.write("a secret")
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {
        "a.key": "kept",
        "a.log": "a secret",
    }
    assert not link.is_symlink()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_what_root_makes_for_the_service_belongs_to_the_owner_of_its_folder(
    tmp_path: Path,
) -> None:
    ours, service, elsewhere = tmp_path / "ours", tmp_path / "service", tmp_path / "elsewhere"
    for folder in (ours, service, elsewhere):
        folder.mkdir()
    os.chown(service, SERVICE, SERVICE)
    for folder, owner in ((ours, 0), (service, SERVICE)):
        with whole_private_file(folder / "a.secret", for_service=True) as file:
            file.write("a secret")
        assert (folder / "a.secret").stat().st_uid == owner
    (service / "made").mkdir()
    give_folder_to_owner_of(service, service / "made")
    assert (service / "made").stat().st_uid == SERVICE
    (service / "link").symlink_to(elsewhere)
    give_folder_to_owner_of(service, service / "link")
    assert elsewhere.stat().st_uid == 0


@pytest.mark.parametrize("line", ["StateDirectoryMode=0700", "UMask=0077"])
def test_the_systemd_unit_says_so(line: str) -> None:
    assert line in (BASE_DIR / "deploy" / "convene@.service").read_text().splitlines()


@pytest.mark.thorough
def test_static_files_are_for_everybody(tmp_path: Path) -> None:
    code = f"""
from django.conf import settings
settings.STATIC_ROOT = {str(tmp_path / "public" / "static")!r}
from django.core.management import call_command
call_command("collectstatic", interactive=False, verbosity=0)
"""
    manage(tmp_path / "var", "shell", "--no-imports", "-c", code)
    written = list((tmp_path / "public").rglob("*"))
    assert any(path.suffix == ".css" for path in written)
    assert {stat.S_IMODE(path.stat().st_mode) for path in written if path.is_file()} == {0o644}
    assert {stat.S_IMODE(path.stat().st_mode) for path in written if path.is_dir()} == {0o755}
