"""The receivers of the newsletter app: provider events settle single messages."""

from typing import Any

from django.dispatch import receiver

from newsletter.models import ProviderEvent
from newsletter.outbox.reported_by_provider import settle_messages
from newsletter.signals import provider_events_recorded


@receiver(provider_events_recorded)
def settle_what_providers_say_of_single_messages(
    sender: Any, *, events: list[ProviderEvent], **kwargs: Any
) -> set[str]:
    """Settle the outbox by what provider events say, as campaigns settle their ledger."""
    return settle_messages(events)
