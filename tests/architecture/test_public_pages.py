"""Public pages that are kept show nothing of a visitor, and nothing but watched tables."""

import re
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from newsletter.core.addresses import address_digest
from newsletter.models import PublicChange
from newsletter.public_pages.page_cache import PAGES
from newsletter.public_pages.page_for_one import PAGES_FOR_ONE
from newsletter.public_pages.watched_tables import WATCHED
from subscribers.consent.urls_in_mail import (
    change_address_url,
    confirm_url,
    download_url,
    erase_url,
    invitation_url,
    manage_url,
    new_address_url,
    unsubscribe_url,
)
from subscribers.models import AddressChange, Subscriber, TopicInvitation
from subscribers.views import join, subscribe
from tests.architecture.addresses import Address
from tests.architecture.conftest import Installation

KEPT = {
    "archive",
    "archive_ask",
    "archive_email",
    "archive_feed",
    "archive_link_sent",
    "calendar_ics",
    "event",
    "event_ics",
    "events",
    "home",
    "join",
    "join_done",
    "mission",
    "preferences",
    "preferences_sent",
    "privacy",
    "rsvp_ask",
    "rsvp_link_sent",
    "subscribe",
    "subscribe_done",
    "subscribe_embed",
    "subscribe_embed_done",
    "which_address",
    "which_address_sent",
}
"""Pages that are the same for everybody, and asked for by everybody."""
TABLE = re.compile(r'(?:FROM|JOIN) "(\w+)"')
MARK = "zzmark"
A_STAMP = re.compile(r'name="stamp" value="[^"]+"')


def addresses(installation: Installation) -> list[Address]:
    found = [one for one in installation.addresses if one.name in KEPT]
    assert {one.name for one in found} == KEPT
    return found


def forget_pages() -> None:
    for pages in (PAGES, join.FORMS, subscribe.FORMS):
        pages.clear()


def read(client: Client, path: str, **headers: str) -> str:
    answer = client.get(path, headers=headers)
    assert answer.status_code == 200
    assert not answer.cookies
    return A_STAMP.sub("", answer.content.decode())


def test_a_kept_page_is_one_look_at_the_version(
    installation: Installation, visitor: Client
) -> None:
    # At another host than that of SITE_URL, another question asks whether it is the neutral domain.
    here = {"host": "localhost"}
    for address in addresses(installation):
        visitor.get(address.path, headers=here)
        with CaptureQueriesContext(connection) as captured:
            visitor.get(address.path, headers=here)
        statements = [query["sql"] for query in captured.captured_queries]
        assert len(statements) == 1, address
        assert PublicChange._meta.db_table in statements[0]


def test_a_kept_page_is_made_of_watched_tables_alone(
    installation: Installation, visitor: Client
) -> None:
    for address in addresses(installation):
        forget_pages()
        with CaptureQueriesContext(connection) as captured:
            visitor.get(address.path)
        tables = set(TABLE.findall(" ".join(query["sql"] for query in captured.captured_queries)))
        assert tables <= {*WATCHED, PublicChange._meta.db_table}, address


@pytest.mark.parametrize("who", ["stranger", "staff"])
def test_a_kept_page_shows_nothing_of_who_asked_first(
    installation: Installation, visitor: Client, staff: Client, who: str
) -> None:
    headers = {
        "accept-language": f"xx-{MARK},en",
        "user-agent": MARK,
        "referer": f"http://{MARK}.example/",
        "cookie": f"name={MARK}",
        "x-forwarded-for": "203.0.113.77",
        "x-requested-with": MARK,
    }
    for address in addresses(installation):
        expected = read(visitor, address.path)
        for query in ("", f"?language={MARK}", f"?x={MARK}", f"?topic={MARK}"):
            forget_pages()
            if who == "staff":
                staff.get(address.path + query)
            else:
                Client().get(address.path + query, headers=headers)
            assert read(visitor, address.path) == expected, address


BEHIND_LINKS = {
    "change_address",
    "confirm",
    "download",
    "erase",
    "invitation",
    "new_address",
    "preferences_token",
    "unsubscribe",
}
"""Pages of one person, of which all but what is theirs is kept."""


def links_of(subscriber: Subscriber) -> dict[str, str]:
    """Return the paths of all pages behind links, as this person has them in mail."""
    topic = subscriber.subscriptions.get().topic
    change = AddressChange.objects.update_or_create(
        subscriber=subscriber,
        defaults={"email": f"new-{subscriber.email}", "digest": address_digest(subscriber.email)},
    )[0]
    invitation = TopicInvitation.objects.create(
        topic=topic, email=f"i-{subscriber.email}", digest=address_digest(f"i-{subscriber.email}"),
        language="en", invited_by="sam",
    )  # fmt: skip
    urls = {
        "change_address": change_address_url(subscriber),
        "confirm": confirm_url(subscriber),
        "download": download_url(subscriber),
        "erase": erase_url(subscriber),
        "invitation": invitation_url(invitation.pk),
        "new_address": new_address_url(change.pk),
        "preferences_token": manage_url(subscriber),
        "unsubscribe": unsubscribe_url(subscriber.subscriptions.get().pk),
    }
    assert urls.keys() == BEHIND_LINKS
    return {name: urlsplit(url).path for name, url in urls.items()}


def test_a_page_behind_a_link_shows_nothing_of_who_opened_one_before(
    installation: Installation, visitor: Client, ada: Subscriber, ben: Subscriber
) -> None:
    theirs, mine = links_of(ben), links_of(ada)
    for name in sorted(BEHIND_LINKS):
        PAGES_FOR_ONE.clear()
        expected = read(visitor, mine[name])
        PAGES_FOR_ONE.clear()
        other = read(visitor, theirs[name])
        assert read(visitor, mine[name]) == expected, name
        assert mine[name].rstrip("/").rpartition("/")[2] not in other, name
