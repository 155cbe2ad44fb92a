"""A campaign leaves a need-to-know topic: what it said earlier stays with whoever knew of it."""

from typing import Any

from campaigns.content.translations.parts import parts_of
from campaigns.content.translations.standing import source_of
from campaigns.models import Campaign, CampaignVersion, ReviewComment, TranslatedPart


def forget_earlier_texts(campaign: Campaign) -> None:
    """Delete a campaign's versions, comments, and what its translations keep of earlier sources.

    What is written now goes with the campaign to its new topic, since staff see that when they
    move it. What it said before would be shown to everybody who sees the new topic.

    Args:
        campaign: locked, and moved already.
    """
    CampaignVersion.objects.filter(campaign=campaign).delete()
    ReviewComment.objects.filter(campaign=campaign).delete()
    campaign.reviews.update(facts={})
    now = parts_of(source_of(campaign))
    emptied = []
    for row in TranslatedPart.objects.filter(campaign=campaign):
        part = now.get(row.part) if row.source_language == campaign.language else None
        if part is None or row.source != part.as_data():
            row.source = _without_words(row.source, is_gone=row.part not in now)
            emptied.append(row)
    TranslatedPart.objects.bulk_update(emptied, ["source"])


def _without_words(source: dict[str, Any], *, is_gone: bool) -> dict[str, Any]:
    """Return what a row keeps of a source whose words it may not: what is gone keeps its type."""
    return {"type": source["type"]} if is_gone and source.get("type") else {}
