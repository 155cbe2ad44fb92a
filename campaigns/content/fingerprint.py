"""One hash of all that a reviewer reads and approves."""

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from campaigns.audience.narrow import approved_conditions
from campaigns.content.archive_access import archive_access_of
from campaigns.content.translations.completeness import languages_to_translate
from campaigns.event_states import DocumentAccess
from campaigns.events.listing import is_on_public_pages
from campaigns.events.pictures import files_shown, picture_of
from campaigns.models import Audience, Campaign, Event, EventDocument
from campaigns.states import SHOWS_WAY_IN
from newsletter.brand.current import current_brand
from newsletter.rendering.blocks.ids import without_ids
from newsletter.rendering.blocks.registry import parts_shown
from subscribers.consent.wording_versions import words_to_ask
from subscribers.states import ArchiveAccess


def fingerprint(campaign: Campaign) -> str:
    """Return the SHA-256, in 64 hex digits, of all that decides who gets what (`approved_facts`).

    A change of what it covers ends all approvals, and needs a migration that says so to staff
    (`0007_approvals_cover_more`).
    """
    return fingerprint_of(approved_facts(campaign))


def fingerprint_of(facts: Mapping[str, Any]) -> str:
    """Return the fingerprint of a campaign's facts, as `approved_facts` returns them."""
    return hashlib.sha256(
        json.dumps(facts, sort_keys=True, separators=(",", ":")).encode()
    ).hexdigest()


def approved_facts(campaign: Campaign) -> dict[str, Any]:
    """Return all that decides who gets what, as JSON: what somebody approves.

    It covers topic, default language, contents, audience, the sender, who can read the
    email later, and what it shows of the event, because a meeting that was moved after the approval
    must be approved again; of one that asks for consent, the words; and which translations lack
    something, because those aren't sent. It leaves out the campaign's own name, which is for staff,
    the brand's look and footer, which are the installation's, and what launch rendered.
    """
    audience = Audience.objects.filter(campaign_id=campaign.pk).first()
    contents = list(
        campaign.contents.order_by("language").only("language", "subject", "preheader", "blocks")
    )
    facts: dict[str, Any] = {
        "topic": campaign.topic_id,
        "language": campaign.language,
        **_archive(campaign),
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
    # As one that is no later version of another.
    if campaign.earlier_version_id:
        facts["earlier_version"] = campaign.earlier_version_id
    # A campaign without a rule has the fingerprint that it had before there were any.
    if audience and audience.rule:
        facts["rule"] = audience.rule
        if audience.rule in SHOWS_WAY_IN and campaign.event and campaign.event.dial_in:
            facts["dial_in"] = campaign.event.dial_in
    # As one without conditions.
    if audience and audience.conditions:
        facts["conditions"] = approved_conditions(audience.conditions, topic_id=campaign.topic_id)
    # One without a calendar part has the fingerprint that it had before there were any.
    if campaign.event and campaign.carries_calendar:
        facts["calendar"] = [campaign.event.calendar_mode, campaign.event.calendar_title]
    # As one whose links nobody counts.
    if campaign.counts_links:
        facts["counts_links"] = True
    if campaign.asks_for_consent:
        facts["consent"] = {
            language: words_to_ask(campaign.topic, language).text_hash
            for language in facts["contents"]
        }
    return facts


def _archive(campaign: Campaign) -> dict[str, Any]:
    access = archive_access_of(campaign)
    # One that anybody or nobody can read has the fingerprint that it had before there was more.
    more = {"archive": access.value} if access is ArchiveAccess.SUBSCRIBERS else {}
    return {"is_archived": access is ArchiveAccess.PUBLIC, **more}


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


def _picture(event: Event | None) -> list[str] | None:
    """Return which file is shown, which follows the focal point, and what is said of it.

    Its text is that of the column, and `texts` are covered by `_event`: what is approved doesn't
    depend on the language of whoever approves.
    """
    shown = picture_of(event) if event else None
    if event is None or shown is None:
        return None
    return [shown.crop.name, "" if event.picture_is_decorative else event.picture_alt]


def _speakers(event: Event | None) -> Any:
    """Return the speakers, and the files that show them: these follow the focal points."""
    if event is None or not (files := files_shown(event)):
        return event and event.speakers
    return [event.speakers, files]


def _documents(event: Event | None) -> list[list[str]]:
    rows = EventDocument.objects.filter(event=event, access=DocumentAccess.PUBLIC)
    return [[each.title, each.file, json.dumps(each.texts, sort_keys=True)] for each in rows]


_PARTS: Mapping[str, Callable[[Event | None], Any]] = {
    "agenda": lambda event: event and event.agenda,
    "picture": _picture,
    "speakers": _speakers,
    "documents": _documents,
    "social_links": lambda _: current_brand().social_links,
}
"""What blocks show beside their own texts, by the names in `BlockType.shows`."""


def _answers(event: Event) -> dict[str, Any]:
    return {
        "attendance": event.attendance,
        "answers_until": event.answers_until and event.answers_until.isoformat(),
    }
