"""Links mailed to the owner of an address on request: one purpose each, for an hour."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from newsletter.core.addresses import address_digest
from newsletter.core.tokens import Purpose, make_expiring_token, make_token
from newsletter.models import Brand, TransactionalMessage
from subscribers.consent.urls_in_mail import manage_url
from subscribers.models import AddressChange, ConsentRecord, Subscriber
from subscribers.people.erase import erase
from subscribers.people.new_address import handle_address_change, sweep_address_changes
from subscribers.states import SuppressionReason
from subscribers.suppression.registry import active, suppress
from tests.subscribers.own_address import change_own_address
from tests.subscribers.views.conftest import Mailed

PAGES = {
    Purpose.MANAGE: "/preferences/{}/",
    Purpose.ERASE: "/preferences/erase/{}/",
    Purpose.CHANGE_ADDRESS: "/preferences/address/{}/",
    Purpose.NEW_ADDRESS: "/preferences/new-address/{}/",
    Purpose.DOWNLOAD: "/preferences/download/{}/",
}
NEW = "ada.king@example.org"


def path_of(url: str) -> str:
    return "/" + url.split("/", 3)[3]


def path_mailed(kind: str) -> str:
    """Return the page that the newest message of this kind leads to."""
    message = TransactionalMessage.objects.filter(kind=kind).latest("id")
    [url] = set(
        re.findall(
            r"https?://\S+/preferences/[\w-]+/[\w-]+/|https?://\S+/preferences/[\w-]{28}/",
            message.text,
        )
    )
    return path_of(url)


@pytest.fixture
def manage(brand: Brand, ada: Subscriber) -> str:
    return path_of(manage_url(ada))


@pytest.fixture
def change(ada: Subscriber) -> AddressChange:
    return AddressChange.objects.create(subscriber=ada, email=NEW, digest=address_digest(NEW))


@pytest.mark.parametrize("purpose", PAGES)
def test_a_link_that_is_over_says_so_offers_a_new_one_and_shows_and_changes_nothing(
    client: Client, brand: Brand, ada: Subscriber, change: AddressChange, purpose: Purpose
) -> None:
    subject = change.pk if purpose is Purpose.NEW_ADDRESS else ada.pk
    path = PAGES[purpose].format(
        make_expiring_token(purpose, subject, now=timezone.now() - timedelta(hours=1))
    )
    for response in (
        client.get(path),
        client.post(path),
        client.post(path, {"email": NEW, "action": "leave"}),
    ):
        page = response.content.decode()
        assert response.status_code == 410
        assert "This link no longer works" in page
        assert 'href="/preferences/"' in page
        assert not [word for word in ("ada", "Ada", "Lovelace", "NZ") if word in page]
    ada.refresh_from_db()
    assert ada.email == "ada@example.nz"
    assert ada.subscriptions.get().status == "confirmed"


@pytest.mark.parametrize(
    "purpose", [purpose for purpose in Purpose if purpose not in (Purpose.PREFERENCES,)]
)
def test_a_link_opens_no_page_but_its_own(
    client: Client, brand: Brand, ada: Subscriber, change: AddressChange, purpose: Purpose
) -> None:
    token = make_expiring_token(purpose, ada.pk)
    for other, page in PAGES.items():
        if other != purpose:
            assert client.get(page.format(token)).status_code == 404
            assert client.post(page.format(token), {"email": NEW}).status_code == 404
    assert Subscriber.objects.filter(email="ada@example.nz").exists()


def test_the_link_of_an_old_campaign_leads_to_the_page_that_asks_for_the_address(
    client: Client, brand: Brand, ada: Subscriber
) -> None:
    path = f"/preferences/{make_token(Purpose.PREFERENCES, ada.pk)}/"
    for response in (
        client.get(path),
        client.post(path, {"action": "leave"}),
        client.post(path, {"action": "erase", "sure": "1"}),
    ):
        assert (response.status_code, response["Location"]) == (302, "/preferences/")
    assert ada.subscriptions.get().status == "confirmed"
    assert not TransactionalMessage.objects.exists()


def test_erasing_is_asked_for_on_the_page_and_done_by_a_link_of_its_own(
    client: Client, manage: str, ada: Subscriber
) -> None:
    assert (
        "Check your email" in client.post(manage, {"action": "erase", "sure": "1"}).content.decode()
    )
    assert Subscriber.objects.filter(pk=ada.pk).exists()
    path = path_mailed("erase_link")
    page = client.get(path).content.decode()
    assert "a…@e…" in page
    assert not [word for word in ("ada@", "Lovelace", "New Zealand", "Auckland") if word in page]
    assert Subscriber.objects.filter(pk=ada.pk).exists()
    assert client.post(path).status_code == 200
    assert not Subscriber.objects.exists()
    assert [suppression.reason for suppression in active(ada.digest)] == [SuppressionReason.ERASED]
    assert list(TransactionalMessage.objects.exclude(to="").values_list("kind", "to")) == [
        ("erased", ada.email)
    ]
    for again in (client.post(path), client.get(path), client.get(manage)):
        assert again.status_code == 410
    assert TransactionalMessage.objects.filter(kind="erased").count() == 1


def test_pressing_again_and_again_mails_the_link_once(
    client: Client, manage: str, ada: Subscriber
) -> None:
    for action in ("erase", "address") * 3:
        assert client.post(manage, {"action": action}).status_code == 200
    kinds = TransactionalMessage.objects.values_list("kind", flat=True)
    assert sorted(kinds) == ["address_link", "erase_link"]


def test_the_address_changes_once_the_owner_of_the_new_one_says_so(
    client: Client, manage: str, ada: Subscriber
) -> None:
    client.post(manage, {"action": "address"})
    ask = path_mailed("address_link")
    assert "a…@e…" in client.get(ask).content.decode()
    assert client.post(ask, {"email": NEW}).status_code == 200
    assert sweep_address_changes(now=timezone.now() + timedelta(minutes=1)) == 1
    message = TransactionalMessage.objects.get(kind="new_address")
    assert message.to == NEW
    assert not [
        word
        for word in ("Ada", "Lovelace", "ada@example.nz")
        if word in message.html + message.text + message.subject
    ]
    confirm = path_mailed("new_address")
    assert "Confirm your new email address" in client.get(confirm).content.decode()
    assert Subscriber.objects.get().email == "ada@example.nz"
    assert "Your email address has been changed" in client.post(confirm).content.decode()
    changed = Subscriber.objects.get()
    assert (changed.pk, changed.email, changed.digest) == (ada.pk, NEW, address_digest(NEW))
    record = ConsentRecord.objects.latest("id")
    assert (record.action, record.method, record.staff) == ("confirmed", "mail_link", "")
    told = TransactionalMessage.objects.get(kind="address_changed")
    assert told.to == "ada@example.nz"
    for over in (confirm, ask, manage):  # what was mailed to the old address opens nothing any more
        assert client.get(over).status_code == 410
    assert client.post(confirm).status_code == 410
    assert TransactionalMessage.objects.filter(kind="address_changed").count() == 1


def test_a_link_mailed_before_the_address_changed_shows_nothing_and_a_new_one_does(
    client: Client, manage: str, ada: Subscriber
) -> None:
    assert client.get(manage).status_code == 200
    change_own_address(ada.pk, to=NEW)
    assert client.get(manage).status_code == 410
    later = manage_url(Subscriber.objects.get())  # as a rule in the same second
    assert client.get(path_of(later)).status_code == 200


def test_a_new_address_gets_the_same_answer_whoever_has_it(
    client: Client, brand: Brand, ada: Subscriber, ben: Subscriber, cleo: Subscriber, mailed: Mailed
) -> None:
    suppress(address_digest("never@example.org"), reason=SuppressionReason.NEVER_AGAIN)
    path = PAGES[Purpose.CHANGE_ADDRESS].format(make_expiring_token(Purpose.CHANGE_ADDRESS, ada.pk))
    answers = set()
    for email in (ben.email, cleo.email, "never@example.org", "stranger@example.org"):
        response = client.post(path, {"email": email})
        answers.add((response.status_code, response.content))
        handle_address_change(AddressChange.objects.get().pk)
    assert len(answers) == 1
    assert list(TransactionalMessage.objects.values_list("kind", "to")) == [
        ("new_address", "stranger@example.org")
    ]


def test_asking_for_an_address_runs_the_same_statements_whoever_has_it(
    client: Client, brand: Brand, ada: Subscriber, ben: Subscriber
) -> None:
    path = PAGES[Purpose.CHANGE_ADDRESS].format(make_expiring_token(Purpose.CHANGE_ADDRESS, ada.pk))
    client.post(path, {"email": "first@example.org"})
    asked = []
    for email in (ben.email, "ann@example.com"):
        with CaptureQueriesContext(connection) as statements:
            client.post(path, {"email": email})
        asked.append([re.sub(r"'[^']*'|\d+", "?", statement["sql"]) for statement in statements])
    assert asked[0] == asked[1]


@pytest.mark.postgres
@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite runs one writing transaction at a time"
)
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("purpose", [Purpose.ERASE, Purpose.NEW_ADDRESS])
def test_pressed_by_many_at_once_it_is_done_and_told_once(
    brand: Brand, ada: Subscriber, change: AddressChange, purpose: Purpose
) -> None:
    subject = change.pk if purpose is Purpose.NEW_ADDRESS else ada.pk
    path = PAGES[purpose].format(make_expiring_token(purpose, subject))

    def press(_: int) -> int:
        try:
            return Client().post(path).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(press, range(6))) <= {200, 410}
    [told] = TransactionalMessage.objects.filter(kind__in=["erased", "address_changed"])
    assert told.to == "ada@example.nz"


def test_nobody_is_asked_twice_a_day_whether_an_address_is_theirs(
    client: Client, brand: Brand, ada: Subscriber
) -> None:
    path = PAGES[Purpose.CHANGE_ADDRESS].format(make_expiring_token(Purpose.CHANGE_ADDRESS, ada.pk))
    for _ in range(3):
        client.post(path, {"email": NEW})
        handle_address_change(AddressChange.objects.get().pk)
        assert not handle_address_change(AddressChange.objects.get().pk)
    assert TransactionalMessage.objects.filter(kind="new_address").count() == 1


def test_a_link_never_speaks_for_an_address_to_which_it_was_not_sent(
    client: Client, brand: Brand, ada: Subscriber
) -> None:
    """Asking anew for another address leaves the first one's link without effect."""
    path = PAGES[Purpose.CHANGE_ADDRESS].format(make_expiring_token(Purpose.CHANGE_ADDRESS, ada.pk))
    client.post(path, {"email": "first@example.org"})
    handle_address_change(AddressChange.objects.get().pk)
    first = path_mailed("new_address")
    client.post(path, {"email": NEW})
    assert client.post(first).status_code == 410
    assert Subscriber.objects.get().email == "ada@example.nz"


@pytest.mark.parametrize(
    "email", ["", "nonsense", "x" * 100_000, "a@b\x00", "<script>alert(1)</script>"]
)
def test_a_mistaken_new_address_is_told(
    client: Client, brand: Brand, ada: Subscriber, email: str
) -> None:
    path = PAGES[Purpose.CHANGE_ADDRESS].format(make_expiring_token(Purpose.CHANGE_ADDRESS, ada.pk))
    response = client.post(path, {"email": email})
    assert response.status_code == 422
    assert "<script>alert" not in response.content.decode()
    assert not AddressChange.objects.exists()


def test_a_new_address_that_was_taken_meanwhile_is_refused(
    client: Client, brand: Brand, ada: Subscriber, ben: Subscriber, change: AddressChange
) -> None:
    AddressChange.objects.filter(pk=change.pk).update(email=ben.email, digest=ben.digest)
    path = PAGES[Purpose.NEW_ADDRESS].format(make_expiring_token(Purpose.NEW_ADDRESS, change.pk))
    assert client.post(path).status_code == 410
    ada.refresh_from_db()
    assert ada.email == "ada@example.nz"


def test_nothing_is_left_to_change_of_one_who_was_erased(
    client: Client, brand: Brand, ada: Subscriber, change: AddressChange
) -> None:
    erase(ada.pk)
    for purpose, page in PAGES.items():
        subject = change.pk if purpose is Purpose.NEW_ADDRESS else ada.pk
        assert (
            client.post(
                page.format(make_expiring_token(purpose, subject)), {"email": NEW}
            ).status_code
            == 410
        )
    assert not AddressChange.objects.exists()
