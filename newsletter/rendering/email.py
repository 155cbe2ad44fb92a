"""A campaign's letter: rendered once for each language, with its merge fields left open."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.template.loader import get_template
from django.utils.safestring import SafeString

from newsletter.models import Brand
from newsletter.rendering.blocks import MAXIMUM_BLOCKS
from newsletter.rendering.faults import BlockError
from newsletter.rendering.frame import lines_of, make_mail
from newsletter.rendering.hrefs import check_image, check_link, check_ours
from newsletter.rendering.merge import (
    UnknownMergeField,
    open_fields,
    sentinel,
    url_field,
    without_sentinels,
)
from newsletter.rendering.notices import render_notice
from newsletter.rendering.rendered import (
    MAXIMUM_HTML,
    WARNING_HTML,
    Rendered,
    TooLarge,
    fill_preview,
    largest_html,
)
from newsletter.rendering.rich_text import wall
from newsletter.rendering.theme import theme_of, writing_of

__all__ = [
    "MAXIMUM_HTML",
    "WARNING_HTML",
    "EventCard",
    "Letter",
    "Rendered",
    "TooLarge",
    "fill_preview",
    "largest_html",
    "render_email",
    "render_notice",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventCard:
    """What a letter says of an event. An empty text is left out of the card.

    `when` may hold the merge fields `{event_time}` and `{event_time_utc}`, and line ends. URLs are
    https or http.
    """

    title: str
    kind_label: str = ""
    when: str = ""
    where: str = ""
    summary: str = ""
    url: str = ""
    join_url: str = ""
    calendar_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One language of a campaign, ready to be rendered.

    `blocks` are as `clean_blocks` returned them; `reason` says why the reader gets this, in plain
    text; `in_archive` whether the footer leads to the letter's page in the archive.
    """

    subject: str
    preheader: str = ""
    blocks: list[dict[str, Any]]
    language: str = "en"
    reason: str = ""
    event: EventCard | None = None
    in_archive: bool = True


def render_email(letter: Letter, *, brand: Brand) -> Rendered:
    """Render `letter`, its merge fields open in the sentinel form.

    The footer adds the fields unsubscribe_url and preferences_url, and archive_url where there is
    such a page.

    Raises:
        BlockError: a block that can't be shown: an event card without an event, or content that was
            never cleaned.
        TooLarge: the HTML part reaches MAXIMUM_HTML bytes with the longest name and links.
    """
    if len(letter.blocks) > MAXIMUM_BLOCKS:
        raise BlockError(
            "blocks", f"holds {len(letter.blocks)} blocks; {MAXIMUM_BLOCKS} are the most"
        )
    context = {
        "preheader": _opened(letter.preheader, path="preheader"),
        "reason": without_sentinels(letter.reason),
        "blocks": [
            _block(block, letter, brand=brand, index=index)
            for index, block in enumerate(letter.blocks)
        ],
        "unsubscribe_url": sentinel("unsubscribe_url"),
        "preferences_url": sentinel("preferences_url"),
        "archive_url": sentinel("archive_url") if letter.in_archive else "",
    }
    subject = _opened(letter.subject, path="subject")
    return make_mail(
        "emails/_layouts/letter.mjml",
        context,
        subject=subject,
        brand=brand,
        language=letter.language,
    )


def _block(block: Mapping[str, Any], letter: Letter, *, brand: Brand, index: int) -> dict[str, Any]:
    """A block as its template wants it: the name of that template, and its texts with merge fields open."""
    kind, path = block.get("type", ""), f"blocks[{index}]"

    def text(name: str) -> str:
        return _opened(str(block.get(name, "")), path=f"{path}.{name}")

    texts: dict[str, Any]
    match kind:
        case "heading":
            texts = {"text": text("text"), "is_first": index == 0}
        case "rich_text":
            texts = {
                "html": _rich_text(
                    str(block.get("html", "")), letter, brand=brand, path=f"{path}.html"
                )
            }
        case "event_card":
            texts = {"event": _event(letter.event, path=path)}
        case "image":
            texts = {
                "url": check_image(str(block.get("url", "")), path=f"{path}.url"),
                "alt": text("alt"),
            }
        case "button":
            texts = {
                "label": text("label"),
                "url": _link(str(block.get("url", "")), path=f"{path}.url"),
            }
        case "quotation":
            texts = {"text": lines_of(text("text")), "source": text("source")}
        case "divider":
            texts = {}
        case _:
            raise BlockError(f"{path}.type", "is no block that can be rendered")
    # The template itself, not its name: a name is a text, and would become a slot.
    return {"template": get_template(f"emails/_blocks/{kind}.mjml"), **texts}


def _opened(text: str, *, path: str) -> str:
    try:
        return open_fields(without_sentinels(text))
    except UnknownMergeField as error:
        raise BlockError(path, str(error)) from error


def _link(url: str, *, path: str) -> str:
    checked = check_link(url, path=path)
    name = url_field(checked)
    return sentinel(name) if name else checked


def _event(event: EventCard | None, *, path: str) -> dict[str, str]:
    if event is None:
        raise BlockError(
            path, "an event card needs an event; choose one for this campaign, or take the card out"
        )

    def ours(name: str) -> str:
        url: str = getattr(event, name)
        return check_ours(url, path=f"event.{name}") if url else ""

    return {
        "title": without_sentinels(event.title),
        "kind_label": without_sentinels(event.kind_label),
        "when": lines_of(_opened(event.when, path="event.when")),
        "where": lines_of(without_sentinels(event.where)),
        "summary": without_sentinels(event.summary),
        "url": ours("url"),
        "join_url": ours("join_url"),
        "calendar_url": ours("calendar_url"),
    }


def _rich_text(html: str, letter: Letter, *, brand: Brand, path: str) -> SafeString:
    accent, start = theme_of(brand.colour).accent, writing_of(letter.language).start
    try:
        return wall(html, styles=_styles(accent, start=start))
    except UnknownMergeField as error:
        raise BlockError(path, str(error)) from error


def _styles(accent: str, *, start: str) -> dict[str, str]:
    """Inline styles of the tags of rich text: mail programs that drop the style sheet keep these."""
    serif = "font-family:Georgia,'Times New Roman',Times,serif"
    return {
        "p": "margin:0 0 16px;",
        "a": f"color:{accent};text-decoration:underline;",
        "ul": f"margin:0 0 16px;padding:0;padding-{start}:24px;",
        "ol": f"margin:0 0 16px;padding:0;padding-{start}:24px;",
        "li": "margin:0 0 6px;",
        "h2": f"margin:12px 0 12px;{serif};font-size:21px;line-height:28px;font-weight:bold;",
        "h3": "margin:8px 0 8px;font-size:17px;line-height:24px;font-weight:bold;",
        "blockquote": (
            f"margin:0 0 16px;padding:0;padding-{start}:16px;border-{start}:3px solid {accent};"
        ),
        "hr": "margin:8px 0 24px;border:0;border-top:1px solid #c9d0d9;",
    }
