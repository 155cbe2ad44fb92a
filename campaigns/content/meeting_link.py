"""Hiding the link to a meeting from what anybody may read."""

import re
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

from django.conf import settings

from campaigns.events.listing import is_on_public_pages
from campaigns.models import Campaign
from newsletter.core.requests.page_language import path_of
from newsletter.rendering.email import Email


def without_meeting_link(text: str, campaign: Campaign) -> str:
    """Return a text of a campaign with the address of the event's page where a meeting link stood.

    Args:
        text: plain, or HTML.
    """
    return _hider(campaign)(text)


def leads_to_meeting(url: str, campaign: Campaign) -> bool:
    """Return whether a link leads to the meeting of a campaign's event, however it is written."""
    links = _links(campaign)
    return bool(links) and _written(links).match(url) is not None


def email_without_meeting_link(email: Email, campaign: Campaign) -> Email:
    """Return an email without links to the meeting, wherever they stand.

    Blocks that link to it are left out. Where a text holds such a link, the address of the event's
    page takes its place.
    """
    links = _links(campaign)
    blocks = [block for block in email.blocks if block.get("url") not in links]
    event = email.event and replace(email.event, join_url="")
    hidden: Email = _hidden(replace(email, blocks=blocks, event=event), _hider(campaign))
    return hidden


def _hidden(part: Any, hide: Callable[[str], str]) -> Any:
    """Return a part of an email with the link hidden in all its texts, however deep they stand.

    Each field of each class is gone through, so that a new one can't be forgotten.
    """
    if isinstance(part, str):
        hidden = hide(part)
        # The same object, which may know its language.
        return part if hidden == part else hidden
    if isinstance(part, Mapping):
        return {name: _hidden(value, hide) for name, value in part.items()}
    if isinstance(part, list | tuple):
        return type(part)(_hidden(each, hide) for each in part)
    if is_dataclass(part) and not isinstance(part, type):
        texts = {each.name: _hidden(getattr(part, each.name), hide) for each in fields(part)}
        return replace(part, **texts)
    return part


def _links(campaign: Campaign) -> set[str]:
    """Return the link that was sent, and the present one: staff may have changed it since."""
    present = campaign.event.join_url if campaign.event else ""
    return {link for link in (campaign.join_url, present) if link}


def _hider(campaign: Campaign) -> Callable[[str], str]:
    event, links = campaign.event, _links(campaign)
    if event is None or not links:
        return str
    page = settings.SITE_URL + (
        path_of("event", event.slug) if is_on_public_pages(event) else path_of("events")
    )
    secret = _written(links)
    return lambda text: secret.sub(lambda _: page, text)


def _written(links: set[str]) -> re.Pattern[str]:
    """Return what finds links as people type them, too: without scheme, or slash at the end."""
    typed = {link.removeprefix("https://").rstrip("/") for link in links}
    written = typed | {link.replace("&", "&amp;") for link in typed}
    # The longest first, because one may be the beginning of another.
    either = "|".join(re.escape(link) for link in sorted(written, key=len, reverse=True))
    return re.compile(f"(?:https?://)?(?:{either})/?", re.IGNORECASE)
