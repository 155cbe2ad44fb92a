"""Keeping, with each part of a translation, the words of the source that it was made from.

A source that changes marks what was made from it, and a saved change of a translated part counts as
a look at the source that its writer's page showed. All of it happens in the edit's transaction,
with the campaign locked.
"""

from collections.abc import Mapping
from typing import Any

from campaigns.content.translations.parts import EmailPart, parts_of
from campaigns.content.translations.standing import BEGAN, rows_of, source_of
from campaigns.models import Campaign, CampaignContent, TranslatedPart, TranslationOrigin


def follow(
    campaign: Campaign,
    *,
    before: CampaignContent | None,
    after: CampaignContent,
    seen: Mapping[str, str] | None,
) -> None:
    """Note what an edit of one language means for the translations.

    Args:
        campaign: locked.
        before: the content before the edit; None where there was none.
        seen: by part, the version of the source that the writer's page showed; None: that of now.
    """
    if after.language == campaign.language:
        _follow_source(campaign, before)
    else:
        _follow_translation(campaign, before, after, seen)


def follow_restored(
    campaign: Campaign,
    *,
    before: CampaignContent | None,
    after: CampaignContent,
    source: Mapping[str, Any] | None,
) -> None:
    """Note what it means for the translations that one language is as it was again.

    A restored translation was made from the source of its time, and no later one.

    Args:
        campaign, before, after: as of `follow`.
        source: subject, preheader and blocks of the source in the same version; None: not known.
    """
    if after.language == campaign.language:
        _follow_source(campaign, before)
        return
    follow(campaign, before=before, after=after, seen={})
    then = parts_of(CampaignContent(**source)) if source else {}
    earlier, now = parts_of(before), parts_of(source_of(campaign))
    for key, part in parts_of(after).items():
        old, its_source = earlier.get(key), then.get(key)
        if its_source is None or key not in now or (old and old.reads_the_same(part)):
            continue
        is_copy = part.has_words and part.says_the_same(its_source)
        origin = TranslationOrigin.COPIED if is_copy else TranslationOrigin.WRITTEN
        keep(campaign, after.language, its_source, origin)


def _follow_source(campaign: Campaign, before: CampaignContent | None) -> None:
    """Take translations of unknown origin as made from the source as it was until now.

    So whatever was written before Convene kept this, or by a program in one go, is up to date
    until the first change that we see.
    """
    source = parts_of(before)
    if not source:
        return
    for content in campaign.contents.exclude(language=campaign.language):
        if not rows_of(campaign, content.language):
            _adopt(campaign, content, source)


def _adopt(campaign: Campaign, content: CampaignContent, source: Mapping[str, EmailPart]) -> None:
    own = parts_of(content)
    for key, part in source.items():
        is_there = key in own and own[key].type == part.type
        origin = TranslationOrigin.WRITTEN if is_there else TranslationOrigin.LEFT_OUT
        keep(campaign, content.language, part, origin)


def _follow_translation(
    campaign: Campaign,
    before: CampaignContent | None,
    after: CampaignContent,
    seen: Mapping[str, str] | None,
) -> None:
    source = parts_of(source_of(campaign))
    if not source:
        return
    language = after.language
    if before is None:
        keep(campaign, language, BEGAN, TranslationOrigin.WRITTEN)
        if seen is None:
            # Written by a program, as a whole of its own.
            for key in source.keys() - parts_of(after).keys():
                keep(campaign, language, source[key], TranslationOrigin.LEFT_OUT)
    elif not rows_of(campaign, language):
        _adopt(campaign, before, source)
    rows = rows_of(campaign, language)
    earlier, own = parts_of(before), parts_of(after)
    for key, part in own.items():
        origin_part = source.get(key)
        if origin_part is None or origin_part.type != part.type:
            continue
        row, old = rows.get(key), earlier.get(key)
        is_copy = part.has_words and part.says_the_same(origin_part)
        if row and old is None and row.origin != TranslationOrigin.LEFT_OUT and not is_copy:
            continue  # it was removed, and is put back
        if row and old and old.reads_the_same(part):
            continue
        is_seen = seen is None or seen.get(key) == origin_part.version
        origin = TranslationOrigin.COPIED if is_copy else TranslationOrigin.WRITTEN
        keep(campaign, language, origin_part, origin, row=row, is_seen=is_seen or is_copy)
    _forget(campaign, language, {BEGAN.key, *source, *own})


def _forget(campaign: Campaign, language: str, known: set[str]) -> None:
    """Delete what was kept of parts that neither the source nor the translation has."""
    rows = TranslatedPart.objects.filter(campaign=campaign, language=language)
    rows.exclude(part__in=known).delete()


def keep(
    campaign: Campaign,
    language: str,
    source: EmailPart,
    origin: TranslationOrigin,
    *,
    row: TranslatedPart | None = None,
    is_seen: bool = True,
) -> None:
    """Keep from which source a part of a translation was made.

    Args:
        row: what was kept before.
        is_seen: whether the writer has seen this source. Else what was kept stays, and without any
            the source is unknown: either is looked at again.
    """
    kept = source.as_data() if is_seen else row.source if row else {}
    TranslatedPart.objects.update_or_create(
        campaign=campaign,
        language=language,
        part=source.key,
        defaults={"source_language": campaign.language, "source": kept, "origin": origin},
    )
