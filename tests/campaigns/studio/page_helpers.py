"""URLs of the studio, and the fields of its forms."""

import re

from django.urls import reverse

from campaigns.content.versions import keep_version
from campaigns.models import Campaign
from campaigns.states import VersionReason
from campaigns.studio.urls import studio_urls


def page(name: str, campaign: Campaign, *arguments: str) -> str:
    return reverse(f"admin:studio_{name}", args=[campaign.pk, *arguments])


def pages_of(campaign: Campaign, **languages: str) -> list[str]:
    """Return every page of the studio that is about a campaign. It gets a version to look at.

    Args:
        languages: name of a page → its language; all others are about English.
    """
    version = keep_version(campaign, VersionReason.NAMED, name="First")
    found = []
    for pattern in studio_urls(lambda view: view):
        route = str(pattern.pattern)
        if not route.startswith("<int:row_id>/"):
            continue
        known = {
            "row_id": campaign.pk,
            "language": languages.get(str(pattern.name), "en"),
            "campaignversion_id": version.pk if version else 0,
        }
        values = {name: known[name] for name in re.findall(r"<\w+:(\w+)>", route)}
        found.append(reverse(f"admin:{pattern.name}", kwargs=values))
    return found


def form(
    *blocks: dict[str, str], subject: str = "Hello", preheader: str = "", **more: str
) -> dict[str, str]:
    """Return the fields that the content form sends for these blocks."""
    fields = {
        f"b{index}-{name}": value
        for index, block in enumerate(blocks)
        for name, value in block.items()
    }
    return {
        "subject": subject,
        "preheader": preheader,
        "blocks": " ".join(f"b{index}" for index in range(len(blocks))),
        **fields,
        **more,
    }


def replaced_by(html: str) -> dict[str, str]:
    """Return the field of the button that replaces the saved version with what was typed."""
    [version] = re.findall(r'name="overwrite" value="(\w+)"', html)
    return {"overwrite": version}
