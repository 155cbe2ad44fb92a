"""Preflight's findings about one language of a campaign."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from campaigns.audience.resolve import rule_of
from campaigns.content.assemble import email_for
from campaigns.content.check_content import MAXIMUM_LINE
from campaigns.content.counted_links import address_for_count
from campaigns.models import CampaignContent, Event
from campaigns.review.checks.dates import EventDays, check_dates, days_of
from campaigns.review.checks.leftovers import check_leftovers
from campaigns.review.checks.lines import check_lines
from campaigns.review.checks.link_hosts import fault_of_host, host_of
from campaigns.review.checks.links import check_links
from campaigns.review.checks.merge_fields import check_merge_fields
from campaigns.review.checks.reading_level import check_reading_level
from campaigns.review.checks.rendered_email import check_rendered
from campaigns.review.checks.structure import check_alt, check_headings, check_pictures
from campaigns.review.checks.written import read_written
from campaigns.review.event_findings import findings_of_answers
from campaigns.review.finding import PreflightFinding, blocker, blockers, warning
from campaigns.review.link_trials.findings import tried_link_findings
from newsletter.core.catalogues import has_catalogue
from newsletter.core.languages import language_name, lookup_language
from newsletter.core.staff_text import StaffText
from newsletter.models import Brand
from newsletter.rendering.blocks.clean import blocks_that_need_an_event, clean_blocks, faults_of
from newsletter.rendering.blocks.registry import parts_shown
from newsletter.rendering.content_errors import BlockError, as_sentence
from newsletter.rendering.email import missing_in, render_email
from newsletter.rendering.email_size import WARNING_HTML, TooLarge, largest_html, longest_subject
from newsletter.rendering.merge import UnknownMergeField, open_fields
from newsletter.rendering.text import clean_line
from newsletter.transport.message.envelope import LONGEST_HEADER
from subscribers.local_texts import text_in

MANY_EVENTS = 200


def content_findings(content: CampaignContent, brand: Brand) -> list[PreflightFinding]:
    """Find what is wrong with one language: what can't be sent, and what recipients would mind.

    Args:
        content: saved or not, complete or not, with its campaign.
    """
    path = f"contents.{content.language}"
    findings = [
        *_fixed_words(content.language, path),
        *_lines(content, path),
        *_blocks(content, brand, path),
        *_writing(content, brand, path),
    ]
    # Content with blockers can't be rendered, so its size is unknown.
    return findings if blockers(findings) else [*findings, *_rendered(content, brand, path)]


def _writing(content: CampaignContent, brand: Brand, path: str) -> Iterator[PreflightFinding]:
    written = read_written(
        content.subject, content.preheader, content.blocks, language=content.language, path=path
    )
    yield from check_leftovers(written)
    yield from check_links(
        written,
        own_host=urlsplit(settings.SITE_URL).hostname or "",
        is_example=fault_of_host(host_of(brand.website)).is_example,
    )
    yield from tried_link_findings(written.links)
    yield from check_dates(written, today=timezone.now().date(), days=_event_days(content))
    yield from check_headings(written)
    yield from check_pictures(written)
    yield from _event_picture(content)
    yield from check_reading_level(written)


def _event_picture(content: CampaignContent) -> Iterator[PreflightFinding]:
    """Check the description of the event's picture, where it is written in this language.

    One that is shown in another is found as untranslated.
    """
    event = content.campaign.event
    is_shown = event is not None and event.picture and not event.picture_is_decorative
    if event is None or not is_shown or "picture" not in parts_shown(content.blocks):
        return
    alt = text_in(event, content.language, "picture_alt")
    if isinstance(alt, StaffText) and lookup_language(content.language, {alt.language}):
        yield from check_alt(alt, "event.picture_alt", of=" of the event’s picture")


def _event_days(content: CampaignContent) -> EventDays | None:
    """Return the days of the event; None where the text may name others, or there is none."""
    campaign = content.campaign
    if campaign.event is None or campaign.tells_of_change:
        return None
    # Those on public pages alone, so that a silence says nothing of others.
    others = Event.objects.filter(is_public=True).exclude(pk=campaign.event.pk)
    starts = others.filter(ends_at__gte=timezone.now()).values_list("starts_at", "time_zone")
    return days_of(
        campaign.event,
        others={moment.astimezone(ZoneInfo(zone)).date() for moment, zone in starts[:MANY_EVENTS]},
    )


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
    needing = (
        dict(blocks_that_need_an_event(blocks, path=f"{path}.blocks"))
        if content.campaign.event is None
        else {}
    )
    for place, label in needing.items():
        yield blocker(
            f"The {label.lower()} needs an event. Choose one in Details, or remove this block.",
            place,
        )
    for index, why in missing_in(email_for(content), brand=brand):
        if (place := f"{path}.blocks[{index}]") not in needing:
            yield blocker(why, place)
    rule = rule_of(content.campaign).rule
    yield from findings_of_answers(content, blocks, f"{path}.blocks", rule=rule)
    for index, block in enumerate(blocks):
        yield from _block(block, f"{path}.blocks[{index}]", content)


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
            yield from check_merge_fields(
                getattr(content, name), f"{path}.{name}", language=content.language
            )
    yield from _filled_subject(content.subject.strip(), f"{path}.subject")
    yield from check_lines(content.subject, content.preheader, path=path)


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


def _block(
    block: dict[str, Any], path: str, content: CampaignContent
) -> Iterator[PreflightFinding]:
    for name, value in block.items():
        if isinstance(value, str):
            yield from check_merge_fields(value, f"{path}.{name}", language=content.language)
    if content.campaign.event is None and any(
        "{event_time" in value for value in block.values() if isinstance(value, str)
    ):
        yield warning(
            "This block uses the event’s time, but the campaign has no event. Choose one in "
            "Details, or remove the merge field.",
            path,
        )


def _rendered(content: CampaignContent, brand: Brand, path: str) -> Iterator[PreflightFinding]:
    try:
        rendered = render_email(email_for(content), brand=brand)
        if content.campaign.counts_links:
            # It is read with either addresses, and must be whole with both.
            counted = email_for(content, counted=address_for_count(content.campaign))
            render_email(counted, brand=brand)
    except TooLarge as error:
        yield blocker(as_sentence(str(error)), f"{path}.blocks")
        return
    yield from check_rendered(rendered, brand=brand, path=path)
    size = largest_html(rendered)
    if size >= WARNING_HTML:
        yield warning(
            f"The email is {size // 1000} KB. Gmail cuts off emails of more than 102 KB. "
            f"Shorten it.",
            f"{path}.blocks",
        )
