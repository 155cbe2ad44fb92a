"""Places where campaigns show images of the library."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.urls import reverse

from campaigns.models import CampaignContent, CampaignTemplate, CampaignVersion
from newsletter.core.languages import language_name
from newsletter.media.image_files import key_of
from newsletter.media.image_use import ImageUse, reference_to


def campaigns_with(keys: Collection[str]) -> list[ImageUse]:
    """Return the campaigns, drafts and sent ones, whose blocks show one of these images."""
    return [*_written(keys), *_versions(keys), *_templates(keys)]


def _written(keys: Collection[str]) -> Iterator[ImageUse]:
    rows = _naming(CampaignContent.objects.all(), "blocks", keys)
    for content in rows.select_related("campaign").order_by("-campaign_id", "pk"):
        campaign = content.campaign
        page = "content" if campaign.is_editable else "review"
        arguments = [campaign.pk, content.language] if campaign.is_editable else [campaign.pk]
        for key in sorted(keys_in(content.blocks) & set(keys)):
            yield ImageUse(
                key,
                f"Campaign “{campaign.name}” in {language_name(content.language)}, "
                f"{campaign.get_status_display().lower()}",
                reverse(f"admin:studio_{page}", args=arguments),
                campaign.topic_id,
            )


def _versions(keys: Collection[str]) -> Iterator[ImageUse]:
    """Yield earlier versions, which would lose the image for whoever restores them."""
    rows = _naming(CampaignVersion.objects.all(), "contents", keys)
    for version in rows.select_related("campaign").order_by("-pk"):
        campaign = version.campaign
        for key in sorted(_keys_of(version.contents) & set(keys)):
            yield ImageUse(
                key,
                f"An earlier version of “{campaign.name}”: {version}",
                reverse("admin:studio_versions", args=[campaign.pk]),
                campaign.topic_id,
            )


def _templates(keys: Collection[str]) -> Iterator[ImageUse]:
    rows = _naming(CampaignTemplate.objects.all(), "contents", keys)
    for template in rows.order_by("-pk"):
        for key in sorted(_keys_of(template.contents) & set(keys)):
            yield ImageUse(
                key, f"Template “{template}”", reverse("admin:studio_templates"), template.topic_id
            )


def _keys_of(contents: Mapping[str, Any]) -> set[str]:
    """Return the keys of all images in the blocks of all languages."""
    return keys_in([block for each in contents.values() for block in each["blocks"]])


def _naming(rows: QuerySet[Any], column: str, keys: Collection[str]) -> QuerySet[Any]:
    """Narrow rows to those whose JSON names one of these images."""
    wanted = Q(pk=None)
    for key in keys:
        wanted |= Q(text__contains=reference_to(key))
    found: QuerySet[Any] = rows.annotate(text=Cast(column, TextField())).filter(wanted)
    return found


def keys_in(blocks: Sequence[Mapping[str, Any]]) -> set[str]:
    """Return the keys of all images that blocks name."""
    values = (value for block in blocks for value in block.values())
    return {key for value in values if isinstance(value, str) and (key := key_of(value))}
