"""Habits of the code that can be read off its files."""

import re
from pathlib import Path

import pytest

from tests.architecture.sources import APPS, files, modules, text_of

LONGEST_MODULE = 300
NO_NAMES_FOR_ANYTHING = {"utils.py", "util.py", "helpers.py", "misc.py", "common.py"}


def found(pattern: str, paths: list[Path]) -> list[str]:
    """List the lines that `pattern` matches, as path:line."""
    return [
        f"{path}:{number}: {line.strip()[:100]}"
        for path in paths
        for number, line in enumerate(text_of(path).splitlines(), 1)
        if re.search(pattern, line)
    ]


def test_there_is_something_to_look_at() -> None:
    assert len(modules()) > 50
    assert len(files(".html")) > 10


def test_modules_stay_short_enough_to_hold_one_idea() -> None:
    lengths = {str(path): text_of(path).count("\n") for path in modules()}
    assert not {path: lines for path, lines in lengths.items() if lines > LONGEST_MODULE}


def test_no_module_has_a_name_that_could_hold_anything() -> None:
    assert not [path for path in modules(tests=True) if path.name in NO_NAMES_FOR_ANYTHING]


def test_no_word_that_the_glossary_replaces_names_anything() -> None:
    """The glossary replaces contact, blacklist, list member and mail blast."""
    names = (
        r"\b(class|def)\s+\w*(blacklist|whitelist|[Cc]ontact(?!_email)|list_?member|mail_?blast)\w*"
    )
    assert not found(names, modules())


def test_nobody_uses_djangos_deprecated_ways_to_send() -> None:
    """Django 6.1 sends through mailers; these go in Django 7."""
    old = (
        r"\b(send_mail|send_mass_mail|mail_admins|mail_managers|get_connection|EMAIL_BACKEND"
        r"|EMAIL_HOST\w*|EMAIL_USE_\w+)\b|fail_silently"
    )
    assert not found(old, modules())


def test_only_the_transport_and_the_guarded_client_open_connections() -> None:
    outside = [
        path
        for path in modules()
        if path.parts[0] in APPS
        and path.parts[:2] != ("newsletter", "transport")
        and path.parts[:3] != ("newsletter", "core", "outbound")
        # It opens none: it sets the timeouts of the store of images, which django-storages asks.
        and path.as_posix() != "config/environment/media_storage_url.py"
    ]
    clients = (
        r"smtplib|imaplib|poplib|requests|urllib\.request|http\.client|boto3|botocore|socket"
        r"|httpx|aiohttp|urllib3|dns|ssl|ftplib|telnetlib|xmlrpc"
    )
    # anymail's webhooks read requests and open no connection.
    imported = rf"^\s*(import|from)\s+({clients}|anymail(?!\.(webhooks|signals)\b))\b"
    assert not found(imported, outside)


@pytest.mark.parametrize(
    "pattern",
    [
        r"/(home|Users|root|work)/\w",
        r"(?i)\b(pass(word|wd)?|secret(_key)?|api_?key|token)\s*=\s*[\"'][^\"'{}$<>]{6,}[\"']",
    ],
    ids=["path of somebody's machine", "password in the code"],
)
def test_nothing_of_one_machine_is_in_the_files(pattern: str) -> None:
    texts = [
        path
        for path in files(
            ".py", ".md", ".toml", ".html", ".css", ".js", ".mjml", ".txt", ".json", ".csv", ""
        )
        if path.parts[0] != "tests"
    ]
    assert not found(pattern, texts)


def test_lock_files_say_what_to_install_and_not_from_where() -> None:
    locks = list(files(".lock"))
    assert {lock.name for lock in locks} == {
        "requirements.lock",
        "requirements-dev.lock",
        "requirements-samples.lock",
    }
    assert not found("://", locks)


def test_every_exception_from_a_rule_carries_its_reason() -> None:
    bare = (
        r"#\s*(noqa(?!: [A-Z0-9, ]+ - \S)|type: ignore(?!\[[\w-]+(, ?[\w-]+)*\]\s+# "
        r"\S|\[[\w-]+(, ?[\w-]+)*\]  # \S))"
    )
    assert not found(bare, modules())
