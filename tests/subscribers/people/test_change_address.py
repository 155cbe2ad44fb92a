"""Another address for the same person."""

import io

import pytest

from newsletter.core.addresses import address_digest
from newsletter.models import Brand, TransactionalMessage
from subscribers.imports.import_subscribers import import_subscribers
from subscribers.models import ConsentRecord, Subscriber, Topic
from subscribers.people.change_address import CannotChangeAddress, change_address
from subscribers.people.erase import erase
from subscribers.states import SuppressionReason
from subscribers.suppression.registry import active, suppress
from tests.subscribers.own_address import change_own_address

NEW = "ada.king@example.co.nz"


def test_what_is_followed_goes_along_and_is_recorded_under_the_new_address(
    brand: Brand, ada: Subscriber
) -> None:
    changed = change_own_address(ada.pk, to=NEW)
    assert (changed.pk, changed.email, changed.digest, changed.domain) == (
        ada.pk,
        NEW,
        address_digest(NEW),
        "example.co.nz",
    )
    record = ConsentRecord.objects.get(action="confirmed")
    assert (record.digest, record.action, record.method, record.staff) == (
        address_digest(NEW),
        "confirmed",
        "mail_link",
        "",
    )
    assert record.details == {"earlier_address_digest": ada.digest}


def test_an_import_of_an_older_list_writes_to_the_old_address_no_more(
    brand: Brand, ada: Subscriber, topic: Topic
) -> None:
    change_own_address(ada.pk, to=NEW)
    erase(ada.pk)
    report = import_subscribers(
        io.BytesIO(b"Email\nada@example.nz\n"), topic=topic, consent="The old form"
    )
    assert (report.added, report.opted_out) == (0, 1)
    assert not Subscriber.objects.exists()


def test_who_goes_back_to_the_old_address_follows_there_again(
    ada: Subscriber, topic: Topic
) -> None:
    for address in (NEW, "ada@example.nz"):
        change_own_address(ada.pk, to=address)
    report = import_subscribers(
        io.BytesIO(b"Email\nada@example.nz\n"), topic=topic, consent="The old form"
    )
    assert (report.added, report.unchanged, report.opted_out) == (0, 1, 0)


def test_every_opt_out_goes_along_and_a_dead_or_full_mailbox_does_not(ada: Subscriber) -> None:
    for reason in SuppressionReason:
        suppress(ada.digest, reason=reason)
    change_own_address(ada.pk, to=NEW)
    assert {
        suppression.reason: suppression.scope for suppression in active(address_digest(NEW))
    } == {
        "unsubscribed_all": "bulk",
        "never_again": "all",
        "erased": "bulk",
        "complaint": "bulk",
        "staff": "all",
        "deceased": "all",
    }
    assert len(active(ada.digest)) == len(SuppressionReason)


def test_an_address_that_is_a_subscribers_or_suppressed_is_refused_and_nothing_changes(
    ada: Subscriber, ben: Subscriber
) -> None:
    suppress(address_digest(NEW), reason=SuppressionReason.NEVER_AGAIN)
    for address in (ben.email, NEW, "Ada@example.nz"):
        with pytest.raises(CannotChangeAddress):
            change_own_address(ada.pk, to=address)
    with pytest.raises(CannotChangeAddress):
        change_address(0, to="new@example.org", asked=0)
    ada.refresh_from_db()
    assert ada.email == "ada@example.nz"
    assert not ConsentRecord.objects.exists()


def test_the_old_address_is_told_and_not_where_mail_goes_now(brand: Brand, ada: Subscriber) -> None:
    change_own_address(ada.pk, to=NEW)
    told = TransactionalMessage.objects.get()
    assert (told.kind, told.to) == ("address_changed", "ada@example.nz")
    assert not [
        word
        for word in ("ada.king", "example.co.nz", "Ada", "Lovelace")
        if word in told.subject + told.html + told.text
    ]


def test_a_dead_mailbox_is_not_told(brand: Brand, cleo: Subscriber) -> None:
    change_own_address(cleo.pk, to=NEW)
    assert not TransactionalMessage.objects.exists()
