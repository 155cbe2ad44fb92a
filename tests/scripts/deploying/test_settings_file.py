"""The first settings of a server: secrets of its own, for root alone, and no mailer by accident."""

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.env import read_environment
from scripts.deploying.environment_file import parse
from scripts.deploying.settings_file import EXAMPLE, settings_text, write_for_root_alone

TEXT = EXAMPLE.read_text(encoding="utf-8")
WRITABLE = st.characters(exclude_categories=["Cs"], exclude_characters="\n\r\0")


def settings(site_url: str = "https://news.example.org", var_dir: str = "/var/lib/c") -> str:
    return settings_text(site_url, var_dir=var_dir, example=TEXT)


def test_convene_starts_with_them(tmp_path: Path) -> None:
    environment = read_environment(parse(settings(var_dir=str(tmp_path))))
    assert environment.site_url == "https://news.example.org"


def test_each_installation_has_secrets_of_its_own() -> None:
    one, other = parse(settings()), parse(settings())
    for name in ("SECRET_KEY", "LINK_KEYS", "DATABASE_URL"):
        assert one[name] != other[name]
        assert one[name] != parse(TEXT)[name]


def test_no_email_leaves_until_somebody_names_a_mailer() -> None:
    given = parse(settings())
    assert "BULK_MAILER_URL" not in given
    assert "TRANSACTIONAL_MAILER_URL" not in given


def test_every_setting_is_still_there_to_be_chosen() -> None:
    assert settings().count("_URL=") == TEXT.count("_URL=")


@given(st.text(WRITABLE, min_size=1, max_size=30))
def test_whatever_a_value_holds_is_read_back(folder: str) -> None:
    # systemd takes blanks off the ends of a bare value, so quotes must have kept them
    assert parse(settings(var_dir=folder))["VAR_DIR"] == folder


def test_nobody_else_can_read_the_file(tmp_path: Path) -> None:
    path = tmp_path / "made" / "environment"
    write_for_root_alone(path, "A=1\n")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text(encoding="utf-8") == "A=1\n"


def test_a_file_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "environment"
    path.write_text("A=1\n", encoding="utf-8")
    with pytest.raises(UnicodeEncodeError):
        write_for_root_alone(path, "A=\ud800")
    assert path.read_text(encoding="utf-8") == "A=1\n"
    assert list(tmp_path.iterdir()) == [path]
