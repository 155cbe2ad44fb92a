"""What stands in the way of a campaign, and what one might want to look at again, before it leaves."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.utils import timezone

from campaigns.audience.resolve import audience_of
from campaigns.content.assemble import email_for
from campaigns.content.shape import MAXIMUM_LINE
from campaigns.models import Campaign, CampaignContent, Event
from campaigns.states import EventStatus
from newsletter.brand.current import current_brand
from newsletter.core.languages import language_name
from newsletter.epoch.restores import restored_since
from newsletter.models import Brand
from newsletter.rendering.blocks import BlockError, clean_blocks, clean_line, faults_of
from newsletter.rendering.catalogues import has_catalogue
from newsletter.rendering.email import render_email
from newsletter.rendering.faults import as_sentence
from newsletter.rendering.merge import (
    UnknownMergeField,
    fields_without_fallback,
    has_stray_brace,
    open_fields,
)
from newsletter.rendering.rendered import WARNING_HTML, TooLarge, largest_html, longest_subject
from newsletter.transport.message.envelope import LONGEST_HEADER
from subscribers.queries import suppressed

SOON = timedelta(hours=1)
LONG_SUBJECT = 70
"""Characters that a phone shows of a subject, with some goodwill."""
NAMES = frozenset({"given_name", "full_name"})
"""Merge fields that are empty for many readers: nobody has to give a name."""


class Level(StrEnum):
    BLOCKER = "blocker"
    """The campaign can't be approved or launched."""
    WARNING = "warning"
    """It can; somebody should have seen this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that preflight found, in words for staff."""

    level: Level
    message: str
    path: str = ""
    """The field it is about, such as contents.en.subject; empty: the campaign as a whole."""

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


def preflight(campaign: Campaign, *, now: datetime | None = None) -> list[Finding]:
    """Look at everything that could go wrong for readers. Blockers come first. Changes nothing.

    Args:
        campaign: in any state.
        now: the time that events are held against.
    """
    now = now or timezone.now()
    brand = current_brand()
    findings = [
        *_brand(brand),
        *_event(campaign.event, now),
        *_contents(campaign, brand),
        *_audience(campaign),
        *_restored(campaign),
    ]
    return sorted(findings, key=lambda finding: finding.level != Level.BLOCKER)


def blockers(findings: list[Finding]) -> list[Finding]:
    """Those findings that forbid an approval or a launch."""
    return [finding for finding in findings if finding.level == Level.BLOCKER]


def _blocker(message: str, path: str = "") -> Finding:
    return Finding(level=Level.BLOCKER, message=message, path=path)


def _warning(message: str, path: str = "") -> Finding:
    return Finding(level=Level.WARNING, message=message, path=path)


def _brand(brand: Brand) -> Iterator[Finding]:
    if not brand.sender_email:
        yield _blocker("There is no sender address. Set it in the brand.", "brand.sender_email")
    if not brand.postal_address.strip():
        yield _blocker(
            "The postal address is missing; every footer must show it. Set it in the brand.",
            "brand.postal_address",
        )


def _event(event: Event | None, now: datetime) -> Iterator[Finding]:
    if event is None:
        return
    if event.status == EventStatus.CANCELLED:
        yield _blocker("The event has been cancelled.", "event")
    if event.ends_at <= now:
        yield _blocker("The event is over.", "event")
    elif event.starts_at <= now:
        yield _warning("The event has begun.", "event")
    elif event.starts_at - now < SOON:
        yield _warning("The event begins within an hour; many will read this too late.", "event")
    if event.is_online and not event.join_url:
        yield _warning("The event is online, and has no address to join at.", "event.join_url")


def _audience(campaign: Campaign) -> Iterator[Finding]:
    if not audience_of(campaign).exclude(suppressed("digest")).exists():
        yield _blocker("Nobody would get this: the audience is empty.", "audience")


def _restored(campaign: Campaign) -> Iterator[Finding]:
    restored_at = restored_since(campaign.created_at) if campaign.is_editable else None
    if restored_at:
        yield _warning(
            f"This campaign may have been sent already, because the database was restored "
            f"({restored_at:%d %B %Y, %H:%M} UTC): check your "
            "email provider’s log before you launch it."
        )


def _contents(campaign: Campaign, brand: Brand) -> Iterator[Finding]:
    contents = list(campaign.contents.order_by("language"))
    if not any(content.language == campaign.language for content in contents):
        yield _blocker(
            f"There is no content in the campaign's own language, {campaign.language}.",
            f"contents.{campaign.language}",
        )
    for content in contents:
        content.campaign = campaign  # spares a query for each
        yield from _content(content, brand)


def _content(content: CampaignContent, brand: Brand) -> list[Finding]:
    path = f"contents.{content.language}"
    findings = [
        *_fixed_words(content.language, path),
        *_lines(content, path),
        *_blocks(content, path),
    ]
    # What the checks above object to can't be rendered, so there is no size to tell.
    return findings if blockers(findings) else [*findings, *_size(content, brand, path)]


def _fixed_words(language: str, path: str) -> Iterator[Finding]:
    if not has_catalogue(language):
        name = language_name(language)
        yield _blocker(
            f"The fixed words of our emails, such as those of the footer, are not translated into "
            f"{name} yet, and would be English. "
            f"Remove the {name} version, or have a translation added to this installation.",
            path,
        )


def _blocks(content: CampaignContent, path: str) -> Iterator[Finding]:
    if not content.blocks:
        yield _blocker("There is nothing in the letter.", f"{path}.blocks")
        return
    try:
        blocks = clean_blocks(content.blocks, path=f"{path}.blocks")
    except BlockError as error:
        faults = [
            fault
            for index, block in enumerate(content.blocks)
            for fault in faults_of(block, path=f"{path}.blocks[{index}]")
        ]
        yield from (_blocker(as_sentence(fault.problem), fault.path) for fault in faults or [error])
        return
    for index, block in enumerate(blocks):
        yield from _block(block, f"{path}.blocks[{index}]", content.campaign)


def _lines(content: CampaignContent, path: str) -> Iterator[Finding]:
    for name, required in (("subject", True), ("preheader", False)):
        try:
            clean_line(
                getattr(content, name),
                path=f"{path}.{name}",
                maximum=MAXIMUM_LINE,
                required=required,
            )
        except BlockError as error:
            yield _blocker(as_sentence(error.problem), error.path)
        else:
            yield from _merge_fields(getattr(content, name), f"{path}.{name}")
    subject = content.subject.strip()
    if len(subject) > LONG_SUBJECT:
        yield _warning(
            f"The subject has {len(subject)} characters; phones show about {LONG_SUBJECT}.",
            f"{path}.subject",
        )
    if len(subject) > 3 and subject.isupper():
        yield _warning(
            "The subject is written in capitals; spam filters and readers dislike that.",
            f"{path}.subject",
        )
    yield from _filled_subject(subject, f"{path}.subject")
    if not content.preheader.strip():
        yield _warning(
            "There is no preheader; mail programs show the first words of the letter instead.",
            f"{path}.preheader",
        )


def _filled_subject(subject: str, path: str) -> Iterator[Finding]:
    try:
        length = longest_subject(open_fields(subject))
    except UnknownMergeField:
        return  # told already
    if length > LONGEST_HEADER:
        yield _blocker(
            f"With a long name in each merge field the subject has {length:,} characters; a mail "
            f"can carry {LONGEST_HEADER}.",
            path,
        )


def _merge_fields(text: str, path: str) -> Iterator[Finding]:
    for name in sorted(fields_without_fallback(text) & NAMES):
        yield _warning(
            f"Readers whose name we don’t know would see a gap in place of {{{name}}}. Write what "
            f"they see instead: {{{name}|friend}}.",
            path,
        )
    if has_stray_brace(text):
        yield _warning(
            "A brace would reach the readers as it is. A merge field is written {given_name} or "
            "{given_name|friend}.",
            path,
        )


def _block(block: dict[str, Any], path: str, campaign: Campaign) -> Iterator[Finding]:
    if block["type"] == "event_card" and campaign.event is None:
        yield _blocker("There is an event card, but the campaign has no event.", path)
    if block["type"] == "image" and not block.get("alt"):
        yield _warning(
            "The image has no alternative text; many readers will see nothing.", f"{path}.alt"
        )
    for name, value in block.items():
        if isinstance(value, str):
            yield from _merge_fields(value, f"{path}.{name}")
    if campaign.event is None and any(
        "{event_time" in value for value in block.values() if isinstance(value, str)
    ):
        yield _warning("The text mentions the event's time, but the campaign has no event.", path)


def _size(content: CampaignContent, brand: Brand, path: str) -> Iterator[Finding]:
    try:
        size = largest_html(render_email(email_for(content), brand=brand))
    except TooLarge as error:
        yield _blocker(as_sentence(str(error)), f"{path}.blocks")
        return
    if size >= WARNING_HTML:
        yield _warning(
            f"The letter has {size // 1000} KB; Gmail cuts off at 102 KB.", f"{path}.blocks"
        )
