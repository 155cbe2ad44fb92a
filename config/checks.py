"""System checks: faults of an installation whose settings are right one by one."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.core.mail import mailers
from django.http.request import split_domain_port, validate_host

from newsletter.core.loopback import is_loopback

_UNHEARD = "convene.W005"


@register("mail", deploy=True)
def mail_reaches_readers(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Check that mail leaves, and that its links can be followed and trusted.

    `doctor` reports it, too.
    """
    found: list[CheckMessage] = []
    kept = [
        stream for stream, mailer in settings.MAILER_SETTINGS.items() if mailer.provider == "inbox"
    ]
    hint = (
        f"Set {' and '.join(f'{stream.upper()}_MAILER_URL' for stream in kept)}, for example to "
        f"smtp://user:password@mail.example.org:587."
    )
    if len(kept) == len(settings.MAILER_SETTINGS):
        found.append(
            Warning(
                "No email leaves this machine: it all goes to the development inbox at /inbox/.",
                hint=hint,
                id="convene.W001",
            )
        )
    elif kept:
        found.append(
            Error(
                "One stream sends real email, the other goes to the development inbox at /inbox/.",
                hint=hint,
                id="convene.E002",
            )
        )
    address = urlsplit(settings.SITE_URL)
    if is_loopback(address.hostname or ""):
        if len(kept) < len(settings.MAILER_SETTINGS):
            what = f"Real email is sent, but its links lead to {settings.SITE_URL}."
            found.append(
                Error(what, hint="Set SITE_URL to the public web address.", id="convene.E003")
            )
    elif address.scheme != "https":
        hint = "Mailbox providers require https in List-Unsubscribe (RFC 8058 section 3.1)."
        found.append(
            Error(
                "SITE_URL is not https, so one-click unsubscribing doesn't work.",
                hint=hint,
                id="convene.E004",
            )
        )
    return found


@register("site", deploy=True)
def links_are_answered(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Check that Django answers the host of every link.

    Otherwise people who want to leave would get an error.
    """
    host = urlsplit(settings.SITE_URL).netloc.rpartition("@")[2]
    name, _ = split_domain_port(host)
    if validate_host(name, [pattern.lower() for pattern in settings.ALLOWED_HOSTS]):
        return []
    what = (
        f"ALLOWED_HOSTS does not include the host of SITE_URL ({name or host}): every link in "
        f"email leads to an error."
    )
    return [
        Error(
            what, hint=f"Add {name or host} to ALLOWED_HOSTS, or leave it unset.", id="convene.E007"
        )
    ]


@register("mail", deploy=True)
def bounces_are_heard_of(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Check that bounces come back: by webhook from a provider, by mail over SMTP."""
    bulk = [settings.MAILER_SETTINGS[alias] for alias in settings.BULK_MAILERS]
    by_mail = [mailer for mailer in bulk if mailer.provider == "smtp"]
    hint = (
        "Without it, email keeps going to bad addresses, and the guard can't stop a campaign "
        "(docs/configuration.md)."
    )
    found: list[CheckMessage] = []
    if by_mail and settings.BOUNCE_MAILBOX is None:
        found.append(
            Warning(
                "Campaigns are sent by SMTP, but their bounces are not read: set "
                "BOUNCE_MAILBOX_URL.",
                hint=hint,
                id=_UNHEARD,
            )
        )
    elif any("return_path" not in mailer.options for mailer in by_mail):
        what = "Bounces don't go to BOUNCE_MAILBOX_URL: set return_path= in the mailer URL."
        found.append(Warning(what, hint=hint, id=_UNHEARD))
    if (
        any(mailer.provider not in ("smtp", "inbox") for mailer in bulk)
        and not settings.WEBHOOK_SECRET
    ):
        found.append(
            Warning(
                "Bounces and complaints can't be received: set WEBHOOK_SECRET.",
                hint=hint,
                id="convene.W006",
            )
        )
    return found


@register("mail")
def mailers_can_be_made(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Check that each mailer's backend takes its options. No connection is opened."""
    found: list[CheckMessage] = []
    for alias in settings.MAILERS:
        try:
            mailers[alias]
        except Exception as error:  # noqa: BLE001 - each provider's backend complains in its own way
            found.append(Error(f"The mailer {alias!r} can't be set up: {error}", id="convene.E001"))
    return found
