"""Preflight's findings in words, with links to the pages where they are fixed."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from campaigns.content.translations.parts import source_anchor
from campaigns.models import Campaign, CampaignContent
from campaigns.review.finding import PreflightFinding
from campaigns.studio.decorators import COMPOSE, studio_url
from newsletter.core.languages import language_name
from newsletter.rendering.blocks.ids import with_ids
from newsletter.rendering.blocks.registry import BLOCK_TYPES

_CONTENT = re.compile(
    r"contents\.([^.]+)(?:\.(subject|preheader)|\.missing\.(@?\w+)|\.blocks(?:\[(\d+)\])?(?:\.(\w+))?)?"
    r"\Z"
)

type Blocks = dict[str, list[dict[str, Any]]]
"""By language."""


@dataclass(frozen=True, slots=True)
class ShownFinding:
    """A finding as a page shows it."""

    level: str
    message: str
    place: str
    """Such as “English, block 3: image”; empty: the campaign as a whole."""
    url: str
    """The page where it can be fixed; empty: none, or none that this person may use."""
    field: str = ""
    """The id of its input on that page, if it has one."""

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" if self.place else self.message


def in_words(
    campaign: Campaign,
    findings: list[PreflightFinding],
    *,
    may: Callable[[str], bool],
    written: Iterable[CampaignContent] | None = None,
) -> list[ShownFinding]:
    """Return the findings in their order, with their paths as words and URLs.

    Args:
        may: says if the person who reads them has a permission.
        written: the contents that were checked; None: those that are saved.
    """
    contents = campaign.contents.all() if written is None else written
    blocks = {content.language: with_ids(content.blocks) for content in contents}
    shown = []
    for finding in findings:
        place, url, field = _place(campaign, finding.path, blocks)
        is_brand = finding.path.partition(".")[0] == "brand"
        is_open = may("newsletter.change_brand" if is_brand else COMPOSE)
        shown.append(
            ShownFinding(
                finding.severity, finding.message, place, url if is_open else "", field=field
            )
        )
    return shown


def _place(campaign: Campaign, path: str, blocks: Blocks) -> tuple[str, str, str]:
    """Return a path in words, the address where it is fixed, and the id of its input there."""
    match = _CONTENT.match(path)
    if match is None:
        words, page = _OUTSIDE.get(path.partition(".")[0], ("", ""))
        brand = reverse("admin:newsletter_brand_changelist") if words else ""
        return words, studio_url(page, campaign) if page else brand, ""
    language, line, missing, number, field = match.groups()
    page = studio_url("content", campaign, language)
    if line:
        return f"{language_name(language)}, {_LINES[line]}", f"{page}#{line}", line
    if missing:
        return language_name(language), f"{page}#{source_anchor(missing)}", ""
    if number is None:
        return language_name(language), page, ""
    block = blocks[language][int(number)]
    words = f"{language_name(language)}, block {int(number) + 1}{_part(block, field)}"
    return words, f"{page}#block-{block['id']}", f"{block['id']}-{field}" if field else ""


def _part(block: dict[str, Any], field: str | None) -> str:
    """Name the kind of a block, and the field if it has several.

    Blocks of unknown kinds get an empty name.
    """
    kind = BLOCK_TYPES.get(str(block.get("type")))
    if kind is None:
        return ""
    labels = {each.name: each.label for each in kind.fields} if len(kind.fields) > 1 else {}
    return f": {kind.label.lower()}" + (f", “{labels[field]}”" if field in labels else "")


_LINES = {"subject": "subject", "preheader": "preview text"}

_OUTSIDE = {
    "brand": ("Brand", ""),
    "event": ("Event", "details"),
    "audience": ("Audience", "audience"),
}
"""The first word of a path → its name, and its page in the studio. The brand's page is another
staff page."""
