"""The archive as a feed (Atom)."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed

from campaigns.content.archive import ArchivedLetter, archived_campaigns, list_letters
from newsletter.brand.current import current_brand

if TYPE_CHECKING:
    LetterFeed = Feed[ArchivedLetter, None]
else:
    LetterFeed = Feed  # generic in the stubs alone

LETTERS = 20


class ArchiveFeed(LetterFeed):
    """The latest letters. Addresses are built from SITE_URL, whatever host the request named."""

    feed_type = Atom1Feed

    def title(self) -> str:
        return f"{current_brand().name}: letters"

    def subtitle(self) -> str:
        return current_brand().tagline

    def link(self) -> str:
        return settings.SITE_URL + reverse("archive")

    def feed_url(self) -> str:
        return settings.SITE_URL + reverse("archive_feed")

    def feed_guid(self) -> str:
        return self.link()

    def items(self) -> list[ArchivedLetter]:
        return list_letters(archived_campaigns()[:LETTERS])

    def item_title(self, item: ArchivedLetter) -> str:
        return item.subject

    def item_description(self, item: ArchivedLetter) -> str:
        return item.preheader

    def item_link(self, item: ArchivedLetter) -> str:
        return settings.SITE_URL + reverse("archive_letter", args=[item.slug])

    def item_guid(self, item: ArchivedLetter) -> str:
        return f"urn:uuid:{item.slug}"

    def item_pubdate(self, item: ArchivedLetter) -> datetime:
        return item.sent_at

    def item_updateddate(self, item: ArchivedLetter) -> datetime:
        return item.sent_at

    def item_categories(self, item: ArchivedLetter) -> list[str]:
        return [item.topic]
