"""The pictures show every public page there is, in states that the page is really in."""

import pytest
from django.test import Client
from django.urls import Resolver404, resolve

from campaigns.demo.load import load_demo
from newsletter.core.languages import own_name
from scripts.pictures.people import pages_of
from scripts.pictures.states import STATES
from tests.architecture.addresses import patterns

pytestmark = pytest.mark.django_db

NO_PAGES = {
    "": "paths without a slash, of pages that are shown with it",
    "archive_feed": "a feed",
    "calendar_ics": "a calendar",
    "counted_link": "leads on",
    "event_document": "a PDF",
    "event_ics": "a calendar",
    "livez": "for programs",
    "media_file": "an image",
    "metrics": "for programs",
    "readyz": "for programs",
    "receipt_file": "a file",
    "rsvp_document": "a PDF",
    "subscribe_challenge": "for a script",
    "webhook": "for programs",
}
"""Names of public URLs without a page of their own, with the reason."""


def name_of(path: str) -> str:
    try:
        return resolve(path.partition("?")[0]).url_name or ""
    except Resolver404:
        return ""


@pytest.mark.thorough
def test_every_public_page_has_a_picture_and_opens(client: Client) -> None:
    load_demo()
    paths = pages_of("uk")
    shown = {}
    for state in STATES:
        path = paths.get(state.page, state.page)
        if not path.startswith("/pictures/"):  # those URLs are of the photographed installation
            shown[name_of(path)] = client.get(f"/uk{path}")
    public = {
        name for route, name, _ in patterns() if not route.startswith(("staff/", "inbox/", "api/"))
    }
    assert public - NO_PAGES.keys() - shown.keys() == set()
    assert {name: page.status_code for name, page in shown.items() if page.status_code >= 500} == {}
    assert f'aria-current="true">{own_name("uk")}' in shown["confirm"].content.decode()


def test_no_two_states_have_one_name() -> None:
    assert len({state.name for state in STATES}) == len(STATES)
