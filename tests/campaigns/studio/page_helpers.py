"""URLs of the studio, and the fields of its forms."""

import re

from django.urls import reverse

from campaigns.models import Campaign


def page(name: str, campaign: Campaign, *arguments: str) -> str:
    return reverse(f"admin:studio_{name}", args=[campaign.pk, *arguments])


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
