"""System checks: what is wrong with an installation although each setting by itself is right."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.core.mail import mailers

from newsletter.transport.mailer_options import is_loopback


@register("mail", deploy=True)
def mail_reaches_readers(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """On a machine that others reach: mail leaves, and its links can be trusted."""
    found: list[CheckMessage] = []
    address = urlsplit(settings.SITE_URL)
    if is_loopback(address.hostname or ""):
        return found
    for variable, stream in (("TRANSACTIONAL_MAILER_URL", "transactional"), ("BULK_MAILER_URL", "bulk")):
        if settings.MAILER_SETTINGS[stream].provider == "inbox":
            hint = f"Set {variable}, for example to smtp://user:password@mail.example.org:587."
            found.append(Warning(f"{stream.capitalize()} mail stays in the development inbox.", hint=hint, id="convene.W001"))
    if address.scheme != "https":
        hint = "Mailbox providers want an https address in List-Unsubscribe (RFC 8058 section 3.1)."
        found.append(Warning("SITE_URL is not https, so one-click unsubscribing doesn't work.", hint=hint, id="convene.W002"))
    return found


@register("mail")
def mailers_can_be_made(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Each mailer's backend takes its options. No connection is opened."""
    found: list[CheckMessage] = []
    for alias in settings.MAILERS:
        try:
            mailers[alias]
        except Exception as error:  # noqa: BLE001 - each provider's backend complains in its own way
            found.append(Error(f"The mailer {alias!r} can't be made: {error}", id="convene.E001"))
    return found
