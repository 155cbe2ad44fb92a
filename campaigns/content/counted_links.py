"""The links of a campaign whose openings are counted, where it asks for that.

Each has one address for all recipients, so that nobody can be told apart by it.
"""

import base64
import hashlib
import hmac
from functools import cache

from django.conf import settings

from campaigns.content.meeting_link import leads_to_meeting
from campaigns.models import Campaign, CountedLink
from newsletter.core.requests.page_language import path_of
from newsletter.rendering.counted_links import CountedAddress

_TOKEN_BYTES = 16


def address_for_count(campaign: Campaign) -> CountedAddress:
    """Return what gives each link of a campaign the address by which it is counted.

    The link to the event's meeting stays as it is: a page of ours would hand it to whoever asks,
    and a meeting must not depend on one more host.
    """

    def address(url: str) -> str:
        if leads_to_meeting(url, campaign):
            return url
        return settings.SITE_URL + path_of("counted_link", _token(campaign.pk, url))

    return address


class LinksToKeep:
    """The links of a campaign that is being rendered, to be kept when all languages are."""

    def __init__(self, campaign: Campaign) -> None:
        self._campaign = campaign
        self._address = address_for_count(campaign)
        self._languages: dict[str, list[str]] = {}

    def of_language(self, language: str) -> CountedAddress:
        """Return what gives a link of one language its address, and notes the link."""

        def address(url: str) -> str:
            counted = self._address(url)
            if counted != url:
                languages = self._languages.setdefault(url, [])
                if language not in languages:
                    languages.append(language)
            return counted

        return address

    def keep(self) -> None:
        """Write the links down; from then on their addresses lead somewhere."""
        CountedLink.objects.bulk_create(
            (
                CountedLink(
                    campaign=self._campaign,
                    token=_token(self._campaign.pk, url),
                    url=url,
                    languages=sorted(languages),
                )
                for url, languages in sorted(self._languages.items())
            ),
            ignore_conflicts=True,
        )


def _token(campaign_id: int, url: str) -> str:
    """Return the token in a link's address: keyed, so that nobody can ask what an email holds."""
    message = f"{campaign_id} {url}".encode()
    digest = hmac.digest(_key(settings.LINK_KEYS[-1]), message, "sha256")
    return base64.urlsafe_b64encode(digest[:_TOKEN_BYTES]).decode().rstrip("=")


@cache
def _key(link_key: str) -> bytes:
    return hashlib.sha256(b"convene counted link\0" + link_key.encode()).digest()
