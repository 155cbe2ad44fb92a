"""The archive as an Atom feed, in each campaign's own language or in one that the URL names."""

from collections.abc import Hashable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.utils.feedgenerator import Atom1Feed, SyndicationFeed
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from campaigns.content.archive import (
    ArchiveLine,
    archived_campaigns,
    archived_languages,
    list_emails,
)
from campaigns.content.archive_language import LanguagePreference
from newsletter.brand.current import brand_of_pages
from newsletter.core.catalogues import in_words_of
from newsletter.core.requests.page_language import page_language, path_of
from newsletter.public_pages.page_cache import cached_page

if TYPE_CHECKING:
    EmailFeed = Feed[ArchiveLine, str]
else:
    EmailFeed = Feed  # generic in the stubs alone

EMAILS = 20


class _AtomFeed(Atom1Feed):
    """Atom (RFC 4287), each of whose entries says its language."""

    def item_attributes(self, item: dict[str, Any]) -> dict[str, str]:
        return {"xml:lang": item["language"]}


class ArchiveFeed(EmailFeed):
    """The latest emails.

    URLs are built from SITE_URL, whatever host the request names. Programs fetch a feed and cache
    it, so its language never depends on the request's headers.
    """

    feed_type = _AtomFeed

    def get_object(self, request: HttpRequest, *args: object, **kwargs: object) -> str:
        """Read the language that the URL names; empty where no archived email has it."""
        page = page_language(request)
        chosen = request.GET.get("language", "") or (page.tag if page.is_chosen else "")
        return chosen if chosen in archived_languages() else ""

    def get_feed(self, obj: str, request: HttpRequest) -> SyndicationFeed:
        """Write the feed in its own language, whatever the browser asks for."""
        with in_words_of(obj or settings.CONTENT_LANGUAGES[0]):
            return super().get_feed(obj, request)

    def title(self) -> str:
        return gettext("%(brand)s: emails") % {"brand": brand_of_pages().name}

    def subtitle(self) -> str:
        return brand_of_pages().tagline

    def author_name(self) -> str:
        return brand_of_pages().name

    def link(self, chosen: str) -> str:
        return settings.SITE_URL + path_of("archive") + _query(chosen)

    def feed_url(self, chosen: str) -> str:
        return settings.SITE_URL + path_of("archive_feed") + _query(chosen)

    def feed_guid(self, chosen: str) -> str:
        return self.link(chosen)

    def items(self, chosen: str) -> list[ArchiveLine]:
        return list_emails(archived_campaigns()[:EMAILS], LanguagePreference(chosen=chosen))

    def item_title(self, item: ArchiveLine) -> str:
        if not item.is_retracted:
            return item.subject
        return gettext("Sent in error: %(subject)s") % {"subject": item.subject}

    def item_description(self, item: ArchiveLine) -> str:
        return item.preheader

    def item_link(self, item: ArchiveLine) -> str:
        return settings.SITE_URL + path_of("archive_email", item.slug) + item.query

    def item_guid(self, item: ArchiveLine) -> str:
        return f"urn:uuid:{item.slug}"

    def item_pubdate(self, item: ArchiveLine) -> datetime:
        return item.sent_at

    def item_updateddate(self, item: ArchiveLine) -> datetime:
        return item.updated_at

    def item_extra_kwargs(self, item: ArchiveLine) -> dict[str, str]:
        return {"language": item.language}

    def item_categories(self, item: ArchiveLine) -> list[str]:
        return [item.topic]


def _query(chosen: str) -> str:
    return f"?language={chosen}" if chosen else ""


def _key(request: HttpRequest) -> Hashable | None:
    query = request.META.get("QUERY_STRING", "")
    return (
        query if query in ("", *(f"language={tag}" for tag in settings.CONTENT_LANGUAGES)) else None
    )


_feed = ArchiveFeed()


@require_safe
@cached_page(key=_key)
def archive_feed(request: HttpRequest) -> HttpResponse:
    """Give the feed to a feed reader."""
    return _feed(request)
