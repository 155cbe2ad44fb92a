"""System checks: what a person reads who runs `manage.py check --deploy`."""

import pytest
from django.core.checks import run_checks
from pytest_django.fixtures import Settings

from newsletter.transport.mailer_url import parse_mailer_url

SMTP = "smtp://mail.example.org"


def found(*, deploy: bool = True) -> list[str]:
    messages = run_checks(tags=["mail"], include_deployment_checks=deploy)
    return sorted(str(message.id) for message in messages if str(message.id).startswith("convene."))


def test_starting_says_nothing_of_the_development_inbox() -> None:
    assert found(deploy=False) == []


@pytest.mark.parametrize(
    ("site", "transactional", "bulk", "ids"),
    [
        ("https://lists.example.org", SMTP, SMTP, []),
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
    settings.MAILER_SETTINGS = {"transactional": parse_mailer_url(transactional), "bulk": parse_mailer_url(bulk)}
    assert found() == [f"convene.{each}" for each in ids]


def test_a_mailer_whose_options_do_not_fit_is_an_error(settings: Settings) -> None:
    settings.MAILERS = {"bulk": {"BACKEND": "anymail.backends.brevo.EmailBackend", "OPTIONS": {"key": "x"}}}

    assert found(deploy=False) == ["convene.E001"]
