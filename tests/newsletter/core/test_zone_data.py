"""Time-zone rules are the newest that this host has."""

import subprocess
import sys
import zoneinfo
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo, reset_tzpath

import pytest
import tzdata

from newsletter.core.zone_data import take_newest_zone_rules, version_in

RULES = """
import zoneinfo
zoneinfo.reset_tzpath(to=[{folder!r}])
from django.conf import settings
settings.VAR_DIR
from datetime import datetime
print(zoneinfo.TZPATH, datetime(2026, 12, 1, tzinfo=zoneinfo.ZoneInfo("Europe/Kyiv")).utcoffset())
"""


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    before = zoneinfo.TZPATH
    yield
    reset_tzpath(to=before)
    ZoneInfo.clear_cache()


def folder_of(path: Path, version: str, name: str = "tzdata.zi") -> str:
    path.mkdir()
    beginning = "# version " if name == "tzdata.zi" else ""
    (path / name).write_text(f"{beginning}{version}\n# the rest\n")
    return str(path)


@pytest.mark.parametrize("name", ["tzdata.zi", "+VERSION"])
def test_the_version_of_a_system_is_read(tmp_path: Path, name: str) -> None:
    missing = str(tmp_path / "missing")
    assert version_in((missing, folder_of(tmp_path / "a", "2031c", name))) == "2031c"


def test_an_unknown_version_is_none(tmp_path: Path) -> None:
    (tmp_path / "bare").mkdir()
    (tmp_path / "odd").mkdir()
    (tmp_path / "odd" / "tzdata.zi").write_bytes(b"\xff\xfe")
    assert version_in((str(tmp_path / "bare"),)) == ""
    assert version_in((str(tmp_path / "odd"),)) == ""
    assert version_in(()) == ""


@pytest.mark.parametrize(
    ("system", "is_newer"), [("1999a", False), ("", False), ("2099a", True), ("2026", False)]
)
def test_the_newer_rules_are_taken(tmp_path: Path, system: str, is_newer: bool) -> None:
    folder = folder_of(tmp_path / "zones", system)
    reset_tzpath(to=[folder])

    assert take_newest_zone_rules(folder_is_chosen=False) == (
        system if is_newer else tzdata.IANA_VERSION
    )
    assert ((folder,) if is_newer else ()) == zoneinfo.TZPATH
    assert datetime(2026, 7, 1, tzinfo=ZoneInfo("Europe/Kyiv")).utcoffset() is not None


def test_an_operator_who_names_a_folder_has_chosen(
    tmp_path: Path,
) -> None:
    folder = folder_of(tmp_path / "zones", "1999a")
    reset_tzpath(to=[folder])

    assert take_newest_zone_rules(folder_is_chosen=True) == "1999a"
    assert (folder,) == zoneinfo.TZPATH


def test_settings_take_them_before_anything_reads_a_zone(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "zones", "1999a")
    code = RULES.format(folder=folder)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "() 2:00:00"
