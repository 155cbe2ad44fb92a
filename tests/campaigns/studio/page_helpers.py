"""URLs of the studio, and the fields of its form."""

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
        "blocks": str(len(blocks)),
        **fields,
        **more,
    }
