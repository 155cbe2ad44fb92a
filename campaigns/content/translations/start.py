"""Starting a translation from the source: the same blocks, with its texts."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db import transaction

from campaigns.content.content_version import content_version
from campaigns.content.edit_content import save_content
from campaigns.content.translations.standing import source_of
from campaigns.models import Campaign, CampaignContent
from newsletter.rendering.blocks.ids import new_id, with_ids


class NothingToCopy(ValueError):
    """There is no content yet in the campaign's own language."""


@transaction.atomic
def start_from_source(
    campaign: Campaign,
    *,
    language: str,
    subject: str = "",
    preheader: str = "",
    blocks: Sequence[Mapping[str, Any]] = (),
    seen: str = "",
) -> CampaignContent:
    """Save a translation that begins as a copy of the source. All of it is to be translated.

    Args:
        language: one that has no content, but for what its writer has saved.
        subject, preheader, blocks: what was typed already. It is kept: lines instead of the
            source's, and blocks below its blocks.
        seen: the `content_version` of what its writer has saved; empty: nothing.

    Raises:
        NothingToCopy, ContentError, NotEditable; EditConflict: somebody wrote in this language
            meanwhile.
    """
    # Whoever is saving the source is waited for, so that nothing of theirs is overwritten.
    locked = Campaign.objects.select_for_update().get(pk=campaign.pk)
    source = source_of(locked)
    if source is None:
        raise NothingToCopy("There is nothing to copy yet.")
    copied = with_ids(source.blocks)
    if copied != source.blocks:
        # Written by a program without ids. Nobody reads them, so this is no edit.
        CampaignContent.objects.filter(pk=source.pk).update(blocks=copied)
    taken = {each["id"] for each in copied}
    typed = [
        dict(each) | ({"id": new_id()} if each.get("id", "") in {*taken, ""} else {})
        for each in blocks
    ]
    return save_content(
        campaign,
        language=language,
        subject=subject.strip() or source.subject,
        preheader=preheader.strip() or source.preheader,
        blocks=[*copied, *typed],
        seen=seen or content_version(None),
        complete=False,
    )


def begin_translations(campaign: Campaign, languages: Collection[str], *, empty: bool) -> None:
    """Begin a new campaign in further languages, each as a copy of the source.

    Args:
        languages: those that it has already stay as they are.
        empty: whether they hold nothing yet, because the source has next to nothing to copy. Each
            can begin as a copy later.

    Raises:
        ContentError: a language that isn't offered.
    """
    written = set(campaign.contents.values_list("language", flat=True))
    for language in languages:
        if language in written:
            continue
        if empty:
            save_content(
                campaign, language=language, subject="", preheader="", blocks=[], complete=False
            )
        else:
            start_from_source(campaign, language=language)
