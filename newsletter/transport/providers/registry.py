"""The providers that Convene knows: one line here for each provider's file."""

from newsletter.transport.config.mailer_settings import MailerSettings
from newsletter.transport.providers import brevo, inbox, mailgun, mailjet, postmark, resend, smtp
from newsletter.transport.providers.parts.provider import Capabilities, MailerScheme, Provider
from newsletter.transport.providers.parts.webhook import Webhook
from newsletter.transport.providers.ses import provider as ses

PROVIDERS: dict[str, Provider] = {}


def register(provider: Provider) -> None:
    """Make a provider known."""
    PROVIDERS[provider.key] = provider


for _module in (inbox, smtp, mailgun, postmark, brevo, resend, mailjet, ses):
    register(_module.PROVIDER)


def capabilities_of(key: str) -> Capabilities:
    """Return what the provider `key` can do."""
    return PROVIDERS[key].capabilities


def webhook_of(key: str) -> Webhook | None:
    """Return how the provider `key` reports; None where it doesn't, or isn't known."""
    provider = PROVIDERS.get(key)
    return provider.webhook if provider else None


def schemes() -> dict[str, tuple[Provider, MailerScheme]]:
    """Return all kinds of mailer URLs, by what stands before their `://`."""
    return {
        name: (provider, scheme)
        for provider in PROVIDERS.values()
        for name, scheme in provider.schemes.items()
    }


def recipients_of_a_call(mailer: MailerSettings) -> int:
    """Return the most recipients of one call; 1 for a call each.

    It is as many as the mailer's URL asks for and its provider takes.
    """
    form = PROVIDERS[mailer.provider].batch
    return min(mailer.batch, form.largest) if form else 1
