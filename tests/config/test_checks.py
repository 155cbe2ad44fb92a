"""System checks: what a person reads who runs `manage.py check --deploy`."""

from django.core.checks import run_checks
from pytest_django.fixtures import Settings

from newsletter.transport.mailer_url import parse_mailer_url


def found(*, deploy: bool = True) -> list[str]:
    messages = run_checks(tags=["mail"], include_deployment_checks=deploy)
    return sorted(str(message.id) for message in messages if str(message.id).startswith("convene."))


def test_on_this_machine_the_development_inbox_is_right(settings: Settings) -> None:
    assert found() == []


def test_on_a_public_address_mail_must_leave_and_links_must_be_https(settings: Settings) -> None:
    settings.SITE_URL = "http://lists.example.org"
    assert found() == ["convene.W001", "convene.W001", "convene.W002"]

    settings.SITE_URL = "https://lists.example.org"
    settings.MAILER_SETTINGS = dict.fromkeys(("transactional", "bulk"), parse_mailer_url("smtp://mail.example.org"))
    assert found() == []


def test_a_mailer_whose_options_do_not_fit_is_an_error(settings: Settings) -> None:
    settings.MAILERS = {"bulk": {"BACKEND": "anymail.backends.brevo.EmailBackend", "OPTIONS": {"key": "x"}}}

    assert found(deploy=False) == ["convene.E001"]
