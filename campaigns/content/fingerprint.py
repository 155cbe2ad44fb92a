"""One hash of all that a reviewer reads and approves."""

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from campaigns.content.merge_values import is_for_archive
from campaigns.content.translations.completeness import languages_to_translate
from campaigns.event_states import DocumentAccess
from campaigns.events.listing import is_on_public_pages
from campaigns.models import Audience, Campaign, Event, EventDocument
from campaigns.states import SHOWS_WAY_IN
from newsletter.brand.current import current_brand
from newsletter.rendering.blocks.ids import without_ids
from newsletter.rendering.blocks.registry import parts_shown
from subscribers.consent.wording_versions import words_to_ask


def fingerprint(campaign: Campaign) -> str:
    """Return the SHA-256, in 64 hex digits, of all that decides who gets what.

    It covers topic, default language, contents, audience, the sender, whether the email gets a
    public page, and what it shows of the event, because a meeting that was moved after the approval
    must be approved again; of one that asks for consent, the words; and which translations lack
    something, because those aren't sent. It leaves out the campaign's own name, which is for staff,
    the brand's look and footer, which are the installation's, and what launch rendered.

    A change of what it covers ends all approvals, and needs a migration that says so to staff
    (`0007_approvals_cover_more`).
    """
    audience = Audience.objects.filter(campaign_id=campaign.pk).first()
    contents = list(
        campaign.contents.order_by("language").only("language", "subject", "preheader", "blocks")
    )
    facts: dict[str, Any] = {
        "topic": campaign.topic_id,
        "language": campaign.language,
        "is_archived": is_for_archive(campaign),
        "sender": current_brand().sender,
        "event": _event(campaign.event) if campaign.event else None,
        "contents": {
            content.language: [
                content.subject,
                content.preheader,
                without_ids(content.blocks),
            ]
            for content in contents
        },
        "countries": sorted(audience.countries) if audience else [],
        "languages": sorted(audience.languages) if audience else [],
    }
    parts = parts_shown(block for _, _, blocks in facts["contents"].values() for block in blocks)
    if shown := {part: _PARTS[part](campaign.event) for part in sorted(parts)}:
        facts["shown"] = shown
    # One whose translations are complete has the fingerprint that it had before this was known.
    if to_translate := languages_to_translate(campaign, contents):
        facts["to_translate"] = to_translate
    # A campaign without a rule has the fingerprint that it had before there were any.
    if audience and audience.rule:
        facts["rule"] = audience.rule
        if audience.rule in SHOWS_WAY_IN and campaign.event and campaign.event.dial_in:
            facts["dial_in"] = campaign.event.dial_in
    # One without a calendar part has the fingerprint that it had before there were any.
    if campaign.event and campaign.carries_calendar:
        facts["calendar"] = [campaign.event.calendar_mode, campaign.event.calendar_title]
    if campaign.asks_for_consent:
        facts["consent"] = {
            language: words_to_ask(campaign.topic, language).text_hash
            for language in facts["contents"]
        }
    return hashlib.sha256(
        json.dumps(facts, sort_keys=True, separators=(",", ":")).encode()
    ).hexdigest()


def _event(event: Event) -> dict[str, Any]:
    return {
        "id": event.pk,
        "title": event.title,
        "kind": event.kind,
        "summary": event.summary,
        "starts_at": event.starts_at.isoformat(),
        "ends_at": event.ends_at.isoformat(),
        "time_zone": event.time_zone,
        "venue": event.venue,
        "join_url": event.join_url,
        "status": event.status,
        "is_public": is_on_public_pages(event),
        # An event without answers, translations and the like has the fingerprint that it had
        # before there were any.
        **(_answers(event) if event.takes_answers else {}),
        **({"texts": event.texts} if event.texts else {}),
        **({"address": event.address} if event.address else {}),
        **({"was": event.previous_starts_at.isoformat()} if event.previous_starts_at else {}),
    }


def _documents(event: Event | None) -> list[list[str]]:
    rows = EventDocument.objects.filter(event=event, access=DocumentAccess.PUBLIC)
    return [[each.title, each.file, json.dumps(each.texts, sort_keys=True)] for each in rows]


_PARTS: Mapping[str, Callable[[Event | None], Any]] = {
    "agenda": lambda event: event and event.agenda,
    "speakers": lambda event: event and event.speakers,
    "documents": _documents,
    "social_links": lambda _: current_brand().social_links,
}
"""What blocks show beside their own texts, by the names in `BlockType.shows`."""


def _answers(event: Event) -> dict[str, Any]:
    return {
        "attendance": event.attendance,
        "answers_until": event.answers_until and event.answers_until.isoformat(),
    }
