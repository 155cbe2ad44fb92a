"""The URLs of pages in mail: they lead where they say, and stay short."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from django.urls import resolve

from newsletter.core.addresses import address_digest
from newsletter.core.tokens import Purpose, read_token
from subscribers.consent.urls_in_mail import (
    confirm_url,
    digest_prefix,
    manage_url,
    never_again_url,
    unsubscribe_url,
)
from subscribers.models import Subscriber

DIGEST = address_digest("eve@example.org")


@pytest.mark.parametrize(
    ("make", "page", "purpose"),
    [
        (lambda: confirm_url(Subscriber(pk=7)), "confirm", Purpose.CONFIRM),
        (lambda: unsubscribe_url(7, 9), "unsubscribe", Purpose.UNSUBSCRIBE),
        (lambda: manage_url(Subscriber(pk=7)), "preferences_token", Purpose.MANAGE),
        (lambda: never_again_url(DIGEST), "never_again", Purpose.NEVER_AGAIN),
    ],
)
def test_each_leads_to_its_page_with_a_token_of_its_purpose(
    make: Callable[[], str], page: str, purpose: Purpose
) -> None:
    found = resolve(urlsplit(make()).path)
    assert found.url_name == page
    assert read_token(found.kwargs["token"], purpose) is not None


def test_the_link_to_leave_says_whose_and_by_which_campaign_and_has_no_slash_at_its_end() -> None:
    url = unsubscribe_url(2**47, 2**31)
    link = read_token(url.rpartition("/")[2], Purpose.UNSUBSCRIBE)
    assert link is not None
    assert (link.subject, link.context) == (2**47, 2**31)
    assert len(url) < 76


def test_never_again_names_the_address_by_80_bits_of_its_digest() -> None:
    token = never_again_url(DIGEST).split("/")[-2]
    link = read_token(token, Purpose.NEVER_AGAIN)
    assert link is not None
    assert digest_prefix(link.subject, link.context) == DIGEST[:20]
