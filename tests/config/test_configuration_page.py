"""docs/configuration.md and config/env.py say the same."""

import re
from pathlib import Path

import pytest

from config.env import BASE_DIR, SETTINGS, VARIABLES, read_environment
from newsletter.transport.providers.mailer_urls import parse_mailer_url

PAGE = (BASE_DIR / "docs" / "configuration.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in PAGE.splitlines()
    if re.match(r"\| `[A-Z_]+` \|", line)
]
CELLS = {row[0].strip("`"): row[1:] for row in ROWS}
LONG = "a-key-that-is-long-enough-to-pass-as-a-key"


def test_the_page_lists_exactly_the_variables_that_are_read_in_their_order() -> None:
    assert [row[0].strip("`") for row in ROWS] == list(VARIABLES)


def test_every_variable_has_a_default_an_example_and_a_sentence() -> None:
    assert all(len(row) == 4 and all(row) and row[3].endswith(".") for row in ROWS)


@pytest.mark.parametrize("name", VARIABLES)
def test_the_page_says_what_the_table_of_settings_says(name: str) -> None:
    default, example, text = CELLS[name]
    row = SETTINGS[name]
    assert re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", text).startswith(row.help)
    assert example.strip("`") == row.example
    if isinstance(row.default, str):
        assert default == f"`{row.default}`"


@pytest.mark.parametrize("name", VARIABLES)
def test_every_example_works(name: str, tmp_path: Path) -> None:
    example = CELLS[name][1].strip("`") if CELLS[name][1].startswith("`") else LONG
    if name == "VAR_DIR":
        example = str(tmp_path / "example")
    keys = {"SECRET_KEY": LONG, "LINK_KEYS": LONG}
    read_environment({"VAR_DIR": str(tmp_path)} | keys | {name: example})


def test_nothing_else_in_the_project_reads_the_environment() -> None:
    """A setting has one reader.

    Where gunicorn is configured, the environment is given to that reader.
    """
    allowed = {
        "config/env.py",
        "config/settings.py",
        "config/celery.py",
        "config/wsgi.py",
        "config/gunicorn.py",
        # Who runs a command is no setting.
        "newsletter/audit/actor.py",
        # A program of PostgreSQL's gets what it needs to run, and nothing of ours.
        "campaigns/backups/postgresql_programs.py",
    }
    sources = [
        path
        for app in ("config", "campaigns", "subscribers", "staff", "newsletter")
        for path in (BASE_DIR / app).rglob("*.py")
    ]
    readers = {
        str(path.relative_to(BASE_DIR))
        for path in sources
        if re.search(r"os\.environ|os\.getenv|\bgetenv\(", path.read_text())
    }
    assert readers <= allowed


@pytest.mark.parametrize("url", re.findall(r"^\| `([a-z+]+://[^`]*)` \|", PAGE, re.MULTILINE))
def test_every_mailer_url_on_the_page_works(url: str) -> None:
    parse_mailer_url(url.replace("REGION", "eu-west-1").replace("DOMAIN", "lists.example.org"))
