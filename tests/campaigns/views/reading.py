"""What a visitor reads."""

from html import unescape

from django.test import Client

from campaigns.models import Campaign


def text(client: Client, path: str, *, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status
    return unescape(response.content.decode())


def email_path(campaign: Campaign) -> str:
    return f"/archive/{campaign.slug}/"
