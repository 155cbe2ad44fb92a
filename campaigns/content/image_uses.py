"""Places where campaigns show images of the library."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast
from django.urls import reverse

from campaigns.events.picture_uses import hiding
from campaigns.models import CampaignContent, CampaignTemplate, CampaignVersion
from newsletter.core.languages import language_name
from newsletter.media.image_files import KEY_BYTES, REFERENCE, key_of
from newsletter.media.image_use import ImageUse, names_one_of

_QUOTED = re.compile(rf'"{REFERENCE}([0-9a-f]{{{2 * KEY_BYTES}}})"')
"""A value of JSON that names an image."""


def campaigns_with(keys: Collection[str], *, leaving_out: Collection[int] = ()) -> list[ImageUse]:
    """Return the campaigns, drafts and sent ones, whose blocks show one of these images.

    Args:
        leaving_out: topics whose campaigns and templates needn't be among them.
    """
    written = CampaignContent.objects.exclude(campaign__topic__in=leaving_out)
    versions = CampaignVersion.objects.exclude(campaign__topic__in=leaving_out)
    templates = CampaignTemplate.objects.exclude(topic__in=leaving_out)
    return [*_written(written, keys), *_versions(versions, keys), *_templates(templates, keys)]


def keys_named(rows: QuerySet[Any], column: str) -> Iterator[str]:
    """Yield the keys of all images that the blocks of rows name, without reading their JSON.

    Args:
        column: of blocks, or of the contents of all languages.
    """
    for text in _naming(rows, column, None).values_list("text", flat=True):
        yield from _QUOTED.findall(text)


def _written(written: QuerySet[CampaignContent], keys: Collection[str]) -> Iterator[ImageUse]:
    rows = _naming(written, "blocks", keys)
    for content in rows.select_related("campaign__topic").order_by("-campaign_id", "pk"):
        campaign = content.campaign
        page = "content" if campaign.is_editable else "review"
        arguments = [campaign.pk, content.language] if campaign.is_editable else [campaign.pk]
        for key in sorted(keys_in(content.blocks) & set(keys)):
            yield ImageUse(
                key,
                f"Campaign “{campaign.name}” in {language_name(content.language)}, "
                f"{campaign.get_status_display().lower()}",
                reverse(f"admin:studio_{page}", args=arguments),
                hiding(campaign.topic),
            )


def _versions(versions: QuerySet[CampaignVersion], keys: Collection[str]) -> Iterator[ImageUse]:
    """Yield earlier versions, which would lose the image for whoever restores them."""
    rows = _naming(versions, "contents", keys)
    for version in rows.select_related("campaign__topic").order_by("-pk"):
        campaign = version.campaign
        for key in sorted(keys_of_contents(version.contents) & set(keys)):
            yield ImageUse(
                key,
                f"An earlier version of “{campaign.name}”: {version}",
                reverse("admin:studio_versions", args=[campaign.pk]),
                hiding(campaign.topic),
            )


def _templates(templates: QuerySet[CampaignTemplate], keys: Collection[str]) -> Iterator[ImageUse]:
    rows = _naming(templates, "contents", keys)
    for template in rows.select_related("topic").order_by("-pk"):
        for key in sorted(keys_of_contents(template.contents) & set(keys)):
            yield ImageUse(
                key,
                f"Template “{template}”",
                reverse("admin:studio_templates"),
                hiding(template.topic),
            )


def keys_of_contents(contents: Mapping[str, Any]) -> set[str]:
    """Return the keys of all images in the blocks of all languages."""
    return keys_in([block for each in contents.values() for block in each["blocks"]])


def _naming(rows: QuerySet[Any], column: str, keys: Collection[str] | None) -> QuerySet[Any]:
    """Narrow rows to those whose JSON may name one of these images; None: any image."""
    texts = rows.annotate(text=Cast(column, TextField()))
    found: QuerySet[Any] = texts.filter(names_one_of(keys, "text"))
    return found


def keys_in(blocks: Sequence[Mapping[str, Any]]) -> set[str]:
    """Return the keys of all images that blocks name."""
    values = (value for block in blocks for value in block.values())
    return {key for value in values if isinstance(value, str) and (key := key_of(value))}
