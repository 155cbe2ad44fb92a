"""The source beside a translation in the composer, and the buttons that say how both stand."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from campaigns.content.open_for_edit import NotEditable
from campaigns.content.translations.completeness import translations_of
from campaigns.content.translations.difference import differences
from campaigns.content.translations.parts import EmailPart, parts_of
from campaigns.content.translations.settle import SourceChanged, all_right, leave_out, still_right
from campaigns.content.translations.standing import (
    BEGAN,
    PartStanding,
    TranslationStanding,
    rows_of,
    source_of,
    standings,
)
from campaigns.content.translations.start import start_from_source
from campaigns.models import Campaign, CampaignContent, TranslatedPart
from campaigns.studio.composer.form import ComposerForm, TypedBlock
from campaigns.studio.composer.inputs import BlockForm
from campaigns.studio.composer.source_text import SourceText
from campaigns.studio.decorators import draft_again
from newsletter.core.languages import direction_of, language_name
from newsletter.core.word_difference import DifferenceBudget
from newsletter.rendering.blocks.clean import MAXIMUM_BLOCKS
from newsletter.rendering.blocks.ids import new_id

SEEN = "source."
"""The names of the fields that say which version of each part of the source the page shows."""
ACTS = frozenset({"still_right", "leave_out", "all_right", "add_source"})
START = "start_from_source"


@dataclass(slots=True)
class Beside:
    """The whole source beside one translation."""

    name: str
    language: str
    direction: str
    parts: dict[str, SourceText] = field(default_factory=dict)
    """Those that have a part of the translation, by its key."""
    absent: dict[str, list[SourceText]] = field(default_factory=dict)
    """Missing ones, by the key of the part that they follow; "" is the beginning."""
    left_out: list[SourceText] = field(default_factory=list)
    number: int = 0
    """Of the parts by which the translation is incomplete."""

    @property
    def subject(self) -> SourceText | None:
        return self.parts.get("@subject")

    @property
    def preheader(self) -> SourceText | None:
        return self.parts.get("@preheader")

    @property
    def to_do(self) -> str:
        """The number in words; empty where nothing is to be done."""
        words = "text needs" if self.number == 1 else "texts need"
        return f"{self.number} {words} a look." if self.number else ""

    @property
    def first(self) -> list[SourceText]:
        """Missing blocks that stand before all others."""
        return self.absent.get("", [])


def beside(
    campaign: Campaign,
    content: CampaignContent,
    form: ComposerForm,
    *,
    settled: str = "",
    seen: Mapping[str, str] | None = None,
) -> Beside | None:
    """Return the source for a translation's form; None for the source itself, or without one.

    Args:
        content: as it is saved, if it is.
        form: as typed. How it stands is told of what is typed, not of what is saved.
        settled: the key of the part whose button was pressed.
        seen: by part, the version of the source that what is typed was written beside. The form
            goes on telling of it, as this page is no look at a newer one; None: that of now.
    """
    language = content.language
    source = None if language == campaign.language else source_of(campaign)
    if source is None:
        return None
    typed = CampaignContent(subject=form.subject, preheader=form.preheader, blocks=form.data())
    rows = rows_of(campaign, language)
    if not content.pk:
        rows = {BEGAN.key: TranslatedPart()}  # whatever isn't written yet is missing
    found = standings(parts_of(source), parts_of(typed), rows)
    shown = Beside(
        language_name(campaign.language), campaign.language, direction_of(campaign.language)
    )
    before, budget = "", DifferenceBudget()
    for found_part in found:
        each = found_part
        is_line = each.key.startswith("@")
        if is_line and each.own is None and may_start(content):
            each = replace(each, standing=TranslationStanding.DONE)  # nobody has begun
        text = _shown(each, is_settled=each.key == settled, budget=budget)
        if seen is not None:
            text = replace(text, version=seen.get(each.key, ""))
        shown.number += each.is_incomplete
        if each.standing is TranslationStanding.LEFT_OUT:
            shown.left_out.append(text)
        elif each.own is None and not is_line:
            shown.absent.setdefault(before, []).append(text)
        elif each.source or each.standing is TranslationStanding.GONE:
            shown.parts[each.key] = text
        if each.own is not None and not is_line:
            before = each.key
    return shown


def _shown(each: PartStanding, *, is_settled: bool, budget: DifferenceBudget) -> SourceText:
    part = each.source or each.was
    changed = (
        differences(each.was, each.source, budget=budget)
        if each.was
        and each.source
        and each.standing in (TranslationStanding.STALE, TranslationStanding.UNTRANSLATED)
        else []
    )
    return SourceText(
        each.key,
        each.standing,
        each.label,
        each.source.version if each.source else "",
        part.texts if part else [],
        changed,
        each.source,
        is_settled,
    )


def with_sources(forms: list[BlockForm], source: Beside | None) -> list[BlockForm]:
    """Return the blocks of a form, each with its source and with what is missing after it."""
    if source is None:
        return forms
    return [
        replace(
            each,
            source=source.parts.get(each.block.id),
            missing=source.absent.get(each.block.id, []),
        )
        for each in forms
    ]


def seen_sources(typed: Mapping[str, str]) -> dict[str, str] | None:
    """Return which version of each part of the source a page showed; None: it tells of none."""
    found = {name.removeprefix(SEEN): typed[name] for name in typed if name.startswith(SEEN)}
    return found or None


def may_start(content: CampaignContent) -> bool:
    """Return whether a translation holds nothing yet, so that it can begin as a copy."""
    return not (content.subject.strip() or content.blocks)


def start(campaign: Campaign, language: str, form: ComposerForm, *, seen: str) -> None:
    """Save a translation as a copy of the source, with what was typed already.

    Args:
        seen: the version that the form may replace, which it has saved itself; empty: nothing.
    """
    start_from_source(
        campaign,
        language=language,
        subject=form.subject,
        preheader=form.preheader,
        blocks=form.data(),
        seen=seen,
    )


def settle(
    campaign: Campaign, language: str, form: ComposerForm, act: str, typed: Mapping[str, str]
) -> int | None:
    """Do what one of the buttons of ACTS asks. Errors are added to the form.

    Returns:
        The index of the block that takes the cursor next, or None.
    """
    action, _, key = act.partition(":")
    if action == "add_source":
        return _add(campaign, form, key)
    seen = seen_sources(typed) or {}
    try:
        if action == "all_right":
            all_right(campaign, language=language, seen=seen)
        else:
            settled = {"still_right": still_right, "leave_out": leave_out}[action]
            settled(campaign, language=language, key=key, seen=seen)
    except SourceChanged:
        name = language_name(campaign.language)
        form.errors[""] = (
            f"The {name} version was changed while this page was open. It is shown as it is now: "
            f"look at it, and press the button again."
        )
    except NotEditable as error:
        form.errors[""] = str(error)
    return None


def settled_part(
    request: HttpRequest,
    campaign: Campaign,
    content: CampaignContent,
    form: ComposerForm,
    key: str,
    *,
    before: str,
) -> HttpResponse:
    """Show the part whose button was pressed, and how the whole stands, in place of both.

    Args:
        before: the campaign's status before it was pressed.
    """
    source = beside(campaign, content, form, settled=key)
    context = {
        "beside": source,
        "part": source.parts.get(key) if source else None,
        "problem": form.error,
        "again": draft_again("This campaign", before) if campaign.status != before else "",
        "may_start": False,
    }
    return TemplateResponse(request, "studio/_settled_part.html", context)


def _add(campaign: Campaign, form: ComposerForm, key: str) -> int | None:
    """Copy a part of the source into the form, at its place."""
    source = parts_of(source_of(campaign))
    part = source.get(key)
    if part is None or len(form.blocks) >= MAXIMUM_BLOCKS:
        return None
    if key.startswith("@"):
        setattr(form, key[1:], part.fields["text"])
        return None
    for each in form.blocks:
        if each.id == key:
            each.id = new_id()  # another type of block, which isn't its translation
    place = _place(source, [each.id for each in form.blocks], part)
    form.blocks.insert(place, TypedBlock(part.type, dict(part.fields), id=key))
    return place


def _place(source: Mapping[str, EmailPart], own: list[str], part: EmailPart) -> int:
    """Return where a block belongs: behind the nearest one before it that both have."""
    keys = list(source)
    earlier = [each for each in keys[: keys.index(part.key)] if each in own]
    return own.index(earlier[-1]) + 1 if earlier else 0


def need_a_look(campaign: Campaign) -> str:
    """Say which translations differ from the source since it was changed; "" where none does.

    It saves itself while it is written, so this is about all changes, not the last one alone.
    """
    names = [
        language_name(each.language)
        for each in translations_of(campaign)
        if any(part.standing is not TranslationStanding.UNTRANSLATED for part in each.lacks)
    ]
    if not names:
        return ""
    *others, last = names
    named = f"{', '.join(others)} and {last}" if others else last
    return (
        f"The {named} {'versions need' if others else 'version needs'} a look, because this one "
        f"has changed. What changed is marked there."
    )


def numbers_to_do(campaign: Campaign) -> dict[str, int]:
    """Return how many texts of each translation need a look, those of the event included."""
    return {
        each.language: len(each.lacks) + bool(each.event_texts)
        for each in translations_of(campaign)
        if not each.is_complete
    }
