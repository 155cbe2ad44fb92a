"""The receivers of the newsletter app: provider events settle single messages, migrations end."""

from typing import Any

from django.db import connection
from django.db.models.signals import post_migrate, pre_migrate
from django.dispatch import receiver

from newsletter.models import ProviderEvent
from newsletter.outbox.reported_by_provider import settle_messages
from newsletter.public_pages.triggers import install_triggers, remove_triggers
from newsletter.signals import provider_events_recorded


@receiver(provider_events_recorded)
def settle_what_providers_say_of_single_messages(
    sender: Any, *, events: list[ProviderEvent], **kwargs: Any
) -> set[str]:
    """Settle the outbox by what provider events say, as campaigns settle their ledger."""
    return settle_messages(events)


@receiver(pre_migrate)
def remove_triggers_of_public_pages(sender: Any, **kwargs: Any) -> None:
    """Take the triggers away while migrations run on SQLite, which makes altered tables anew."""
    if sender.name == "newsletter" and connection.vendor == "sqlite":
        remove_triggers()


@receiver(post_migrate)
def install_triggers_of_public_pages(sender: Any, **kwargs: Any) -> None:
    """Have changes of public pages noted, once all migrations have run."""
    if sender.name == "newsletter":
        install_triggers()
