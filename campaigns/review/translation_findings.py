"""Preflight's findings about translations that aren't complete."""

from collections.abc import Iterator, Mapping

from campaigns.content.translations.completeness import (
    Translation,
    translation_as_typed,
    translations_of,
)
from campaigns.content.translations.standing import PartStanding, TranslationStanding
from campaigns.models import Campaign, CampaignContent
from campaigns.review.accepted_fallback import accepted_languages, fallbacks
from campaigns.review.finding import PreflightFinding, Severity
from campaigns.states import CampaignStatus
from newsletter.core.languages import language_name
from newsletter.rendering.blocks.ids import with_ids

AT_MOST = 5
"""Findings of one language that are told one by one. The composer shows all of them."""
BEFORE_LAUNCH = frozenset({CampaignStatus.DRAFT, CampaignStatus.IN_REVIEW, CampaignStatus.APPROVED})
"""States in which an incomplete translation stops a campaign. The launch looked at it, and nothing
can change afterwards without a new one."""

_WORDS: Mapping[TranslationStanding, str] = {
    TranslationStanding.UNTRANSLATED: (
        "This is still the {source} text. Translate it, or mark it as right as it is."
    ),
    TranslationStanding.STALE: (
        "The {source} text has changed since this was translated. Edit it, or mark it as still "
        "right."
    ),
    TranslationStanding.MISSING: (
        "The {source} version has this: {label}. Add it to the {name} version, or leave it out."
    ),
    TranslationStanding.GONE: "The {source} version no longer has this. Remove it, or keep it.",
}


def translation_findings(campaign: Campaign) -> Iterator[PreflightFinding]:
    """Find what the translations of a campaign lack.

    They are blockers until a publisher accepts that its recipients get another version.
    """
    found = translations_of(campaign)
    for each in found:
        if each.is_complete and each.event_texts:
            yield _event_finding(each, Severity.WARNING)
    incomplete = [each for each in found if not each.is_complete]
    if not incomplete:
        return
    accepted = accepted_languages(campaign)
    instead_of = fallbacks(campaign, [each.language for each in incomplete])
    for each in incomplete:
        is_open = each.language not in accepted and campaign.status in BEFORE_LAUNCH
        severity = Severity.BLOCKER if is_open else Severity.WARNING
        yield from _findings(campaign.contents.get(language=each.language), each, severity)
        instead = language_name(instead_of[each.language])
        name = language_name(each.language)
        if each.language in accepted:
            yield PreflightFinding(
                severity=Severity.WARNING,
                message=f"The {name} version isn’t complete, so it isn’t sent: its recipients get "
                f"the {instead} version, as a publisher has accepted.",
                path=f"contents.{each.language}",
            )
        elif is_open:
            yield PreflightFinding(
                severity=severity,
                message=f"The {name} version isn’t complete. Complete it; or whoever may send the "
                f"campaign can accept, under Languages, that its recipients get the {instead} "
                f"version instead.",
                path=f"contents.{each.language}",
            )


def findings_as_typed(content: CampaignContent) -> Iterator[PreflightFinding]:
    """Find what one translation lacks while somebody writes it.

    Args:
        content: saved or not, complete or not, with its campaign.
    """
    translation = translation_as_typed(content)
    is_open = content.campaign.status in BEFORE_LAUNCH
    yield from _findings(content, translation, Severity.BLOCKER if is_open else Severity.WARNING)


def _findings(
    content: CampaignContent, translation: Translation, severity: Severity
) -> Iterator[PreflightFinding]:
    language = content.language
    names = {
        "source": language_name(content.campaign.language),
        "name": language_name(language),
    }
    for each in translation.lacks[:AT_MOST]:
        message = _WORDS[each.standing].format(**names, label=_said(each))
        yield PreflightFinding(severity=severity, message=message, path=_path(content, each))
    if len(translation.lacks) > AT_MOST:
        more = len(translation.lacks) - AT_MOST
        yield PreflightFinding(
            severity=severity,
            message=f"{more} more {'text needs' if more == 1 else 'texts need'} a look. The "
            f"composer marks them.",
            path=f"contents.{language}",
        )
    if translation.event_texts:
        stops = severity if not translation.tells_of_change else Severity.WARNING
        yield _event_finding(translation, stops)


def _event_finding(translation: Translation, severity: Severity) -> PreflightFinding:
    texts = translation.event_texts
    return PreflightFinding(
        severity=severity,
        message=f"The email would show the event’s {' and '.join(texts)} untranslated. Write "
        f"{'it' if len(texts) == 1 else 'them'} in {language_name(translation.language)} at the "
        f"event.",
        path=f"event.texts.{translation.language}",
    )


def _said(each: PartStanding) -> str:
    """Name a part, with the first words of its text."""
    texts = each.source.texts if each.source else []
    start = " ".join(texts[0][1].split())[:60] if texts else ""
    return f"{each.label.lower()} “{start}”" if start else each.label.lower()


def _path(content: CampaignContent, each: PartStanding) -> str:
    own = f"contents.{content.language}"
    if each.own is None:
        return f"{own}.missing.{each.key}"
    if not each.own.type:
        return f"{own}.{each.key.removeprefix('@')}"
    places = [block["id"] for block in with_ids(content.blocks)]
    return f"{own}.blocks[{places.index(each.key)}]"
