"""The page after a change of address says what was done, and nothing more.

How one gets there is in `test_owner_links.py`.
"""

import pytest
from django.test import Client

from newsletter.core.addresses import address_digest
from newsletter.core.tokens import Purpose, make_expiring_token
from newsletter.models import Brand, TransactionalMessage
from subscribers.consent.subscribe import SignUp, subscribe
from subscribers.models import AddressChange, Subscriber, Topic
from subscribers.states import ConsentMethod, SuppressionReason
from subscribers.suppression.registry import suppress

NEW = "ada.king@example.org"


def change_address(client: Client, subscriber: Subscriber) -> str:
    """Press the button of the link that is mailed to the new address, and return the page."""
    change = AddressChange.objects.create(
        subscriber=subscriber, email=NEW, digest=address_digest(NEW)
    )
    token = make_expiring_token(Purpose.NEW_ADDRESS, change.pk)
    page = client.post(f"/preferences/new-address/{token}/").content.decode()
    assert "Your email address has been changed" in page
    return page


@pytest.mark.parametrize("signed_up", [False, True])
def test_a_sign_up_that_was_not_confirmed_is_said_to_be_gone(
    client: Client, brand: Brand, ada: Subscriber, other_topic: Topic, *, signed_up: bool
) -> None:
    if signed_up:
        subscribe(
            SignUp(email=ada.email, topics=(other_topic,), words="Yes.", method=ConsentMethod.FORM)
        )

    page = change_address(client, ada)

    assert not ada.subscriptions.filter(topic=other_topic).exists()
    assert ("We have deleted a sign-up that you had not confirmed yet." in page) is signed_up
    assert ("Your topics and details stay the same." in page) is not signed_up
    assert ('href="/subscribe/">subscribe again</a> with your new address' in page) is signed_up


@pytest.mark.parametrize("reason", [None, *SuppressionReason])
def test_the_old_address_is_said_to_be_told_where_it_is(
    client: Client, brand: Brand, ada: Subscriber, reason: SuppressionReason | None
) -> None:
    if reason:
        suppress(ada.digest, reason=reason)

    page = change_address(client, ada)

    is_told = TransactionalMessage.objects.filter(kind="address_changed").exists()
    assert ("We have emailed your old address" in page) is is_told
    assert is_told is (reason not in ("never_again", "hard_bounce", "staff", "deceased", "merged"))
    assert "Links that we sent to the old address no longer show your details." in page


@pytest.mark.parametrize("typed", ["ada@example.nz", " Ada@EXAMPLE.nz "])
def test_one_s_own_present_address_is_said_to_be_that(
    client: Client, brand: Brand, ada: Subscriber, typed: str
) -> None:
    path = f"/preferences/address/{make_expiring_token(Purpose.CHANGE_ADDRESS, ada.pk)}/"
    answer = client.post(path, {"email": typed})
    assert answer.status_code == 422
    assert "This is the address that we email now." in answer.content.decode()
    assert not AddressChange.objects.exists()
