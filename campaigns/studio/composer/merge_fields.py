"""The merge fields that the composer offers, each with a fallback in the language of the email."""

from dataclasses import replace
from typing import Any

from campaigns.models import Campaign
from newsletter.rendering.merge_fields import all_merge_fields, fallback_in, needs_fallback


def merge_context(campaign: Campaign, language: str) -> dict[str, Any]:
    """Return what the page and its scripts show of merge fields.

    Args:
        language: of the email; a fallback of which there is none in it is left to its writer.
    """
    event = campaign.event
    offered = {
        # The event card has them, and few need them elsewhere.
        "event_time_line": False,
        "event_time_utc_line": False,
        "consent_url": campaign.asks_for_consent,
        "rsvp_url": event is not None and event.takes_answers,
    }
    fields = [
        replace(field, fallback=fallback_in(field, language))
        for field in all_merge_fields().values()
        if offered.get(field.name, True)
    ]
    return {
        "merge_hints": [(field.example, field.explanation) for field in fields],
        "merge_fields": [
            {
                "name": field.name,
                "meaning": field.meaning,
                "fallback": field.fallback,
                "takes_fallback": needs_fallback(field.name),
            }
            for field in fields
        ],
    }
