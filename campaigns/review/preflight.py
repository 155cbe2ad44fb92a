"""Preflight: the checks of a campaign before it is approved or launched."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils import timezone

from campaigns.audience.resolve import receivers_of, rule_of
from campaigns.audience.rules import nobody_fits
from campaigns.content.assemble import email_for
from campaigns.content.check_content import MAXIMUM_LINE
from campaigns.models import Campaign, CampaignContent
from campaigns.review.calendar_findings import calendar_findings
from campaigns.review.event_findings import event_findings, findings_of_answers, findings_of_step
from campaigns.review.finding import PreflightFinding, Severity, blocker, blockers, warning
from campaigns.rsvp.told_apart import told_apart
from newsletter.brand.current import current_brand
from newsletter.core.catalogues import has_catalogue
from newsletter.core.languages import language_name
from newsletter.epoch.restores import restored_since
from newsletter.models import Brand
from newsletter.rendering.blocks.clean import blocks_that_need_an_event, clean_blocks, faults_of
from newsletter.rendering.content_errors import BlockError, as_sentence
from newsletter.rendering.email import missing_in, render_email
from newsletter.rendering.email_size import WARNING_HTML, TooLarge, largest_html, longest_subject
from newsletter.rendering.merge import (
    UnknownMergeField,
    fields_without_fallback,
    has_stray_brace,
    open_fields,
)
from newsletter.rendering.merge_fields import MERGE_FIELDS
from newsletter.rendering.text import clean_line
from newsletter.transport.message.envelope import LONGEST_HEADER

LONG_SUBJECT = 70
"""Characters of a subject that most phones show."""
NEED_A_FALLBACK = frozenset(name for name, field in MERGE_FIELDS.items() if field.fallback)
"""Merge fields that are empty for many recipients, because nobody has to give a name."""


def preflight(campaign: Campaign, *, now: datetime | None = None) -> list[PreflightFinding]:
    """Check everything that could go wrong for recipients. Blockers come first. Nothing changes.

    Args:
        campaign: in any state.
        now: the time that events are compared with.
    """
    now = now or timezone.now()
    brand = current_brand()
    findings = [
        *_brand(brand),
        *event_findings(campaign.event, now, rule=rule_of(campaign).rule, kind=campaign.kind),
        *calendar_findings(campaign),
        *findings_of_step(campaign, now),
        *_contents(campaign, brand),
        *_audience(campaign),
        *_restored(campaign),
    ]
    return sorted(findings, key=lambda finding: finding.severity != Severity.BLOCKER)


def _brand(brand: Brand) -> Iterator[PreflightFinding]:
    if not brand.sender_email:
        yield blocker("There is no sender address. Add one under Brand.", "brand.sender_email")
    if not brand.postal_address.strip():
        yield blocker(
            "There is no postal address. Every email must show one. Add it under Brand.",
            "brand.postal_address",
        )


def _audience(campaign: Campaign) -> Iterator[PreflightFinding]:
    rule = rule_of(campaign).rule
    if not nobody_fits(rule, campaign.event_id) and receivers_of(campaign).exists():
        return
    if told_apart(campaign).exists():
        # Without their number, since whoever reads this may not know of all of them.
        yield warning(
            "Nobody gets this email itself. When you send it, some who answered may get a short "
            "message of their own.",
            "audience",
        )
    elif rule and receivers_of(campaign, by_answers=False).exists():
        yield warning(
            "Nobody would get this email now, because the audience depends on answers. It goes to "
            "those who fit when sending begins.",
            "audience",
        )
    else:
        yield blocker(
            "Nobody would get this email. Change the audience, or check that the topic has "
            "subscribers.",
            "audience",
        )


def _restored(campaign: Campaign) -> Iterator[PreflightFinding]:
    restored_at = restored_since(campaign.created_at) if campaign.is_editable else None
    if restored_at:
        yield warning(
            f"This campaign may have been sent already, because the database was restored from a "
            f"backup on {restored_at:%-d %B %Y, %H:%M} UTC. Check your email provider’s log before "
            f"you send it."
        )


def _contents(campaign: Campaign, brand: Brand) -> Iterator[PreflightFinding]:
    contents = list(campaign.contents.order_by("language"))
    if not any(content.language == campaign.language for content in contents):
        yield blocker(
            f"There is no content in {language_name(campaign.language)}, the campaign’s main "
            f"language. Write it, or choose another language in Details.",
            f"contents.{campaign.language}",
        )
    for content in contents:
        content.campaign = campaign  # saves a query for each
        yield from _content(content, brand)


def _content(content: CampaignContent, brand: Brand) -> list[PreflightFinding]:
    path = f"contents.{content.language}"
    findings = [
        *_fixed_words(content.language, path),
        *_lines(content, path),
        *_blocks(content, brand, path),
    ]
    # Content with blockers can't be rendered, so its size is unknown.
    return findings if blockers(findings) else [*findings, *_size(content, brand, path)]


def _fixed_words(language: str, path: str) -> Iterator[PreflightFinding]:
    if not has_catalogue(language):
        name = language_name(language)
        yield blocker(
            f"Emails in {name} can’t be sent yet: the footer and other fixed texts are not "
            f"translated, and would be in English. Remove the {name} version, or ask your system "
            f"administrator for a translation.",
            path,
        )


def _blocks(content: CampaignContent, brand: Brand, path: str) -> Iterator[PreflightFinding]:
    if not content.blocks:
        yield blocker("This email is empty. Add a heading or some text.", f"{path}.blocks")
        return
    try:
        blocks = clean_blocks(content.blocks, path=f"{path}.blocks")
    except BlockError as error:
        faults = [
            fault
            for index, block in enumerate(content.blocks)
            for fault in faults_of(block, path=f"{path}.blocks[{index}]")
        ]
        yield from (blocker(as_sentence(fault.problem), fault.path) for fault in faults or [error])
        return
    if content.campaign.event is None:
        for place, label in blocks_that_need_an_event(blocks, path=f"{path}.blocks"):
            yield blocker(
                f"The {label.lower()} needs an event. Choose one in Details, or remove this block.",
                place,
            )
    else:
        for index, why in missing_in(email_for(content), brand=brand):
            yield blocker(why, f"{path}.blocks[{index}]")
    rule = rule_of(content.campaign).rule
    yield from findings_of_answers(content, blocks, f"{path}.blocks", rule=rule)
    for index, block in enumerate(blocks):
        yield from _block(block, f"{path}.blocks[{index}]", content.campaign)


def _lines(content: CampaignContent, path: str) -> Iterator[PreflightFinding]:
    for name, required in (("subject", True), ("preheader", False)):
        try:
            clean_line(
                getattr(content, name),
                path=f"{path}.{name}",
                maximum=MAXIMUM_LINE,
                required=required,
            )
        except BlockError as error:
            yield blocker(as_sentence(error.problem), error.path)
        else:
            yield from _merge_fields(getattr(content, name), f"{path}.{name}")
    subject = content.subject.strip()
    if len(subject) > LONG_SUBJECT:
        yield warning(
            f"The subject is {len(subject)} characters long. Phones show about {LONG_SUBJECT}.",
            f"{path}.subject",
        )
    if len(subject) > 3 and subject.isupper():
        yield warning(
            "The subject is all in capitals. Spam filters and recipients dislike that.",
            f"{path}.subject",
        )
    yield from _filled_subject(subject, f"{path}.subject")
    if not content.preheader.strip():
        yield warning(
            "There is no preview text. Email programs will show the first words of the email "
            "instead.",
            f"{path}.preheader",
        )


def _filled_subject(subject: str, path: str) -> Iterator[PreflightFinding]:
    try:
        length = longest_subject(open_fields(subject))
    except UnknownMergeField:
        return  # reported by _lines already
    if length > LONGEST_HEADER:
        yield blocker(
            f"With a long name filled in, the subject has {length:,} characters. At most "
            f"{LONGEST_HEADER:,} are possible. Shorten it.",
            path,
        )


def _merge_fields(text: str, path: str) -> Iterator[PreflightFinding]:
    for name in sorted(fields_without_fallback(text) & NEED_A_FALLBACK):
        yield warning(
            f"Recipients whose name we don’t know would see a gap here. Add a fallback: "
            f"{{{name}|{MERGE_FIELDS[name].fallback}}}.",
            path,
        )
    if has_stray_brace(text):
        yield warning(
            "Recipients would see a curly bracket here. Write a merge field as {given_name} or "
            "{given_name|colleague}.",
            path,
        )


def _block(block: dict[str, Any], path: str, campaign: Campaign) -> Iterator[PreflightFinding]:
    for name, value in block.items():
        if isinstance(value, str):
            yield from _merge_fields(value, f"{path}.{name}")
    if campaign.event is None and any(
        "{event_time" in value for value in block.values() if isinstance(value, str)
    ):
        yield warning(
            "This block uses the event’s time, but the campaign has no event. Choose one in "
            "Details, or remove the merge field.",
            path,
        )


def _size(content: CampaignContent, brand: Brand, path: str) -> Iterator[PreflightFinding]:
    try:
        size = largest_html(render_email(email_for(content), brand=brand))
    except TooLarge as error:
        yield blocker(as_sentence(str(error)), f"{path}.blocks")
        return
    if size >= WARNING_HTML:
        yield warning(
            f"The email is {size // 1000} KB. Gmail cuts off emails of more than 102 KB. "
            f"Shorten it.",
            f"{path}.blocks",
        )
