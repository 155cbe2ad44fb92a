"""`deploy/install` tells beforehand what it would do, and refuses what it can't do."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from config.env import BASE_DIR
from scripts.deploying import install, unit_files

NOBODY = 65534
DRY = ("--site-url", "https://lists.example.org", "--dry-run")


def installed(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(BASE_DIR / "deploy" / "install"), *words],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={"PATH": os.environ["PATH"]},
    )


def test_a_dry_run_tells_each_step_and_makes_no_user() -> None:
    told = installed(*DRY)
    assert told.returncode == 0, told.stderr
    assert "would: write /etc/convene/environment, for root alone" in told.stdout
    assert "create the user convene" in told.stdout
    assert "would: make the tables" in told.stdout
    assert "can't tell without root" not in told.stdout or os.geteuid() != 0
    assert "done:" not in told.stdout


@pytest.mark.parametrize("url", ["lists.example.org", "ftp://lists.example.org", "https://a.b/c"])
def test_an_address_that_no_browser_opens_is_refused(url: str) -> None:
    refused = installed("--site-url", url, "--dry-run")
    assert refused.returncode == 2
    assert "isn't like https://lists.example.org" in refused.stderr


def test_without_settings_the_address_is_asked_for() -> None:
    refused = installed("--dry-run")
    assert refused.returncode == 2
    assert "--site-url is needed" in refused.stderr


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with settings and an empty folder, of which neither can be read but by root.

    All the rest of the test isn't done by root.
    """
    is_root = os.geteuid() == 0
    with TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "environment").write_text("DATABASE_URL=postgresql://c:p@localhost/c\n")
        (folder / "environment").chmod(0)
        (folder / "closed").mkdir(mode=0)
        monkeypatch.setattr(install, "ENVIRONMENT_FILE", folder / "environment")
        monkeypatch.setattr(install, "_is_set_up", lambda: True)
        monkeypatch.setattr(install, "_has_user", lambda: True)
        monkeypatch.setattr(install, "HOME", folder / "home")
        monkeypatch.setattr(install, "BACKUPS", folder / "backups")
        monkeypatch.setattr(unit_files, "SYSTEMD_RUNS", folder / "closed" / "system")
        if is_root:
            os.seteuid(NOBODY)
        yield folder
        if is_root:
            os.seteuid(0)


def test_without_root_a_dry_run_says_what_it_can_t_tell(
    host: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert install.main(DRY) == 0
    told = capsys.readouterr().out.splitlines()
    hidden = [each.removeprefix("can't tell without root: ") for each in told if "can't" in each]
    assert hidden == [
        f"create the role and the database of {host}/environment",
        "make the tables",
        "create the first administrator",
        "collect the files that pages load",
        "install units into /etc/systemd/system",
        "start convene@web.service convene@worker.service convene@sender.service "
        "convene@clock.service convene-backup.timer, now and with the machine",
    ]
    assert f"would: create {host}/home, for convene alone" in told


def test_without_root_and_settings_a_dry_run_asks_no_database(
    host: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(install, "ENVIRONMENT_FILE", host / "none" / "environment")
    assert install.main(DRY) == 0
    told = capsys.readouterr().out
    assert "can't tell without root: create the PostgreSQL role convene\n" in told
    assert "can't tell without root: create the database convene\n" in told
    assert "would: make the tables\n" in told


def test_settings_in_a_folder_of_root_alone_count_as_there(
    host: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = host / "closed" / "environment"
    monkeypatch.setattr(install, "ENVIRONMENT_FILE", settings)
    assert install.main(["--dry-run"]) == 0
    told = capsys.readouterr().out
    assert f"can't tell without root: write {settings}, for root alone\n" in told
    assert "would: make the tables" not in told
