"""`deploy/environment.example` is what the units can read, and what Convene can start with."""

import re
from pathlib import Path

import pytest

from config.env import BASE_DIR, VARIABLES, EnvironmentProblem, read_environment
from scripts.deploying.environment_file import parse

TEXT = (BASE_DIR / "deploy" / "environment.example").read_text(encoding="utf-8")
EVERY_LINE_IN_USE = re.sub(r"^#(?=[A-Z_]+=)", "", TEXT, flags=re.MULTILINE)
NOT_ON_A_SERVER = {"DEBUG", "PORT"}
"""One is never set there; the other stands in the unit."""


def test_it_names_every_setting() -> None:
    assert set(parse(EVERY_LINE_IN_USE)) == {*VARIABLES} - NOT_ON_A_SERVER


def test_its_values_start_convene_once_the_secrets_are_filled_in(tmp_path: Path) -> None:
    given = parse(EVERY_LINE_IN_USE)
    secrets = {
        name: f"{name.lower()} {'0123456789' * 4}"
        for name in ("SECRET_KEY", "WEBHOOK_SECRET", "METRICS_TOKEN")
    }
    given |= secrets | {
        "LINK_KEYS": "0123456789" * 5,
        "WEBHOOK_SIGNING_KEYS": "mailgun=0123456789abcdef0123456789abcdef",
        "MEDIA_STORAGE_URL": str(tmp_path / "media"),
        "VAR_DIR": str(tmp_path),
    }
    assert read_environment(given).site_url == "https://lists.example.org"


def test_as_it_comes_it_starts_nothing(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentProblem, match="SECRET_KEY"):
        read_environment(parse(TEXT) | {"VAR_DIR": str(tmp_path)})
