"""System checks, as a person reads them who runs `manage.py check --deploy`."""

import pytest
from django.core.checks import run_checks
from pytest_django.fixtures import Settings

from newsletter.transport.config.mailbox_url import parse_mailbox_url
from newsletter.transport.providers.mailer_urls import parse_mailer_url, parse_mailer_urls

SMTP = "smtp://mail.example.org?return_path=bounces@lists.example.org"


def found(*, deploy: bool = True) -> list[str]:
    messages = run_checks(tags=["mail"], include_deployment_checks=deploy)
    return sorted(str(message.id) for message in messages if str(message.id).startswith("convene."))


def test_starting_says_nothing_of_the_development_inbox() -> None:
    assert found(deploy=False) == []


@pytest.mark.parametrize(
    ("site", "transactional", "bulk", "ids"),
    [
        ("https://lists.example.org", SMTP, SMTP, []),
        ("https://lists.example.org", SMTP, "brevo://:key@", []),
        ("https://lists.example.org", "inbox://", "inbox://", ["W001"]),
        ("https://lists.example.org", SMTP, "inbox://", ["E002"]),
        ("http://lists.example.org", SMTP, SMTP, ["E004"]),
        ("http://localhost:8000", "inbox://", "inbox://", ["W001"]),
        ("http://localhost:8000", SMTP, SMTP, ["E003"]),
    ],
)
def test_mail_must_leave_by_both_streams_with_links_that_can_be_followed(
    settings: Settings, site: str, transactional: str, bulk: str, ids: list[str]
) -> None:
    settings.SITE_URL = site
    settings.MAILER_SETTINGS = {
        "transactional": parse_mailer_url(transactional),
        "bulk": parse_mailer_url(bulk),
    }
    settings.BOUNCE_MAILBOX = parse_mailbox_url("imaps://bounces:x@mail.example.org/INBOX")
    settings.WEBHOOK_SECRET = "x" * 32
    assert found() == [f"convene.{each}" for each in ids]


def test_bounces_must_come_to_the_mailbox_that_is_read(settings: Settings) -> None:
    settings.SITE_URL = "https://lists.example.org"
    settings.MAILER_SETTINGS = dict.fromkeys(
        ("transactional", "bulk"), parse_mailer_url("smtp://mail.example.org")
    )
    settings.BOUNCE_MAILBOX = parse_mailbox_url("imaps://bounces:x@mail.example.org/INBOX")
    assert found() == ["convene.W005"]


@pytest.mark.parametrize(
    ("bulk", "ids"),
    [
        (SMTP, ["convene.W005"]),
        ("brevo://:key@", ["convene.W006"]),
        (f"brevo://:key@ {SMTP}", ["convene.W005", "convene.W006"]),
    ],
    ids=["smtp", "provider", "both"],
)
def test_bounces_must_come_back_somehow(settings: Settings, bulk: str, ids: list[str]) -> None:
    mailers = parse_mailer_urls(bulk)
    settings.SITE_URL = "https://lists.example.org"
    settings.BULK_MAILERS = [f"bulk-{place}" for place in range(len(mailers))]
    settings.MAILER_SETTINGS = {
        "transactional": parse_mailer_url(SMTP),
        **dict(zip(settings.BULK_MAILERS, mailers, strict=True)),
    }
    assert found() == ids


def test_a_mailer_whose_options_do_not_fit_is_an_error(settings: Settings) -> None:
    settings.MAILERS = {
        "bulk": {"BACKEND": "anymail.backends.brevo.EmailBackend", "OPTIONS": {"key": "x"}}
    }

    assert found(deploy=False) == ["convene.E001"]
