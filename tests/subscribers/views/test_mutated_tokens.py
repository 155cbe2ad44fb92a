"""Mutated tokens at every page with one: nothing is shown, nothing changes, nothing fails."""

from urllib.parse import quote

import pytest
from django.test import Client

from newsletter.core.tokens import EXPIRING, Purpose, make_expiring_token, make_token
from newsletter.models import Brand
from subscribers.consent.urls_in_mail import never_again_url
from subscribers.models import AddressChange, Subscriber
from tests.architecture.rows import all_rows, changed
from tests.mutated_tokens import mutated

PAGES = {
    Purpose.UNSUBSCRIBE: "/u/{}",
    Purpose.CONFIRM: "/confirm/{}/",
    Purpose.NEVER_AGAIN: "/never/{}/",
    Purpose.MANAGE: "/preferences/{}/",
    Purpose.ERASE: "/preferences/erase/{}/",
    Purpose.CHANGE_ADDRESS: "/preferences/address/{}/",
    Purpose.NEW_ADDRESS: "/preferences/new-address/{}/",
    Purpose.DOWNLOAD: "/preferences/download/{}/",
}
EACH = 150
EXPECTED = {Purpose.UNSUBSCRIBE: {200, 404}, Purpose.NEVER_AGAIN: {200, 404}}
"""Pages that stop mail say in a page of their own that the link is incomplete."""


@pytest.mark.thorough(sample=3)
@pytest.mark.parametrize("purpose", PAGES)
def test_no_mutated_token_shows_or_changes_anything(
    brand: Brand, ada: Subscriber, purpose: Purpose
) -> None:
    change = AddressChange.objects.create(subscriber=ada, email="a@example.org", digest="a" * 64)
    subject = {
        Purpose.UNSUBSCRIBE: ada.subscriptions.get().pk,
        Purpose.NEW_ADDRESS: change.pk,
    }.get(purpose, ada.pk)
    if purpose is Purpose.NEVER_AGAIN:
        token = never_again_url(ada.digest).rstrip("/").rpartition("/")[2]
    elif purpose in EXPIRING:
        token = make_expiring_token(purpose, subject)
    else:
        token = make_token(purpose, subject)
    client, before = Client(raise_request_exception=False), all_rows()
    statuses = set()
    for wrong in mutated(token, EACH, seed=purpose):
        path = PAGES[purpose].format(quote(wrong, safe=""))
        for answer in (
            client.get(path),
            client.post(path, {"email": "b@example.org", "action": "leave", "answer": "yes"}),
        ):
            statuses.add(answer.status_code)
            page = answer.content.decode()
            assert not [word for word in ("Lovelace", "a…@e…", "Auckland") if word in page]
    # With a full stop at the end, it is led to the page without that.
    assert statuses <= EXPECTED.get(purpose, {404}) | {302}
    assert changed(before, all_rows()) == []
