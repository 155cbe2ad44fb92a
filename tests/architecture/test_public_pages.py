"""Public pages that are kept show nothing of a visitor, and nothing but watched tables."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from newsletter.models import PublicChange
from newsletter.public_pages.page_cache import PAGES
from newsletter.public_pages.watched_tables import WATCHED
from tests.architecture.addresses import Address
from tests.architecture.conftest import Installation

KEPT = {
    "archive",
    "archive_email",
    "archive_feed",
    "calendar_ics",
    "event",
    "event_ics",
    "events",
    "home",
    "preferences",
    "preferences_sent",
    "privacy",
    "subscribe",
    "subscribe_done",
    "subscribe_embed",
    "subscribe_embed_done",
}
"""Pages that are the same for everybody, and asked for by everybody."""
TABLE = re.compile(r'(?:FROM|JOIN) "(\w+)"')
MARK = "zzmark"
A_STAMP = re.compile(r'name="stamp" value="[^"]+"')


def addresses(installation: Installation) -> list[Address]:
    found = [one for one in installation.addresses if one.name in KEPT]
    assert {one.name for one in found} == KEPT
    return found


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
        PAGES.clear()
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
            PAGES.clear()
            if who == "staff":
                staff.get(address.path + query)
            else:
                Client().get(address.path + query, headers=headers)
            assert read(visitor, address.path) == expected, address
