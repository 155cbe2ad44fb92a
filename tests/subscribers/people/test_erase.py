"""Erasing: what we know goes; the block on mail and the evidence of consent stay."""

import json
from importlib import import_module
from io import StringIO

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.core import serializers
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from newsletter.core.addresses import address_digest
from newsletter.models import AuditEntry, Brand, TransactionalMessage
from newsletter.retention.forget import forget_news_of_erasures
from newsletter.states import MessageStatus
from subscribers.audit_actions import SubscriberAction
from subscribers.consent.confirm import confirm
from subscribers.consent.submissions import store_preferences_request, store_sign_up
from subscribers.consent.subscribe import SignUp, subscribe
from subscribers.models import AddressChange, ConsentRecord, FormSubmission, Subscriber, Topic
from subscribers.people.erase import erase
from subscribers.people.new_address import ask_for_address, handle_address_change
from subscribers.states import ConsentAction, ConsentMethod, SuppressionReason
from subscribers.suppression.registry import active
from tests.subscribers.own_address import change_own_address

EVE = "eve.unmistakable@example.org"


@pytest.fixture
def eve(brand: Brand, topic: Topic) -> Subscriber:
    subscribe(
        SignUp(
            email=EVE,
            full_name="Eve Unmistakable",
            topics=(topic,),
            words="Yes.",
            method=ConsentMethod.FORM,
            network="192.0.2.0/24",
        )
    )
    subscriber = Subscriber.objects.get()
    confirm(subscriber.pk, method=ConsentMethod.MAIL_LINK, network="192.0.2.0/24")
    store_preferences_request(EVE)
    return subscriber


def everything_kept() -> str:
    """Return all rows of all tables, those of Django's own apps included, as text."""
    return json.dumps(
        [serializers.serialize("json", model._default_manager.all()) for model in apps.get_models()]
    )


@pytest.mark.parametrize("by", ["id", "address", "address in capitals"])
def test_no_row_anywhere_names_the_person_any_more(
    eve: Subscriber, by: str, admin_client: Client
) -> None:
    page = f"/staff/subscribers/subscriber/{eve.pk}/change/"
    said = {"full_name": "Eve Unmistakable", "language": "en", "institution": "A parliament"}
    assert admin_client.post(page, said).status_code == 302
    assert AuditEntry.objects.get().object_label == f"Subscriber {eve.pk}"
    assert "nmistakable" in everything_kept()
    ways: dict[str, int | str] = {
        "id": eve.pk,
        "address": EVE,
        "address in capitals": EVE.upper().replace("EXAMPLE.ORG", "example.org"),
    }
    assert erase(ways[by]).subscriber
    assert "192.0.2.0" not in everything_kept()
    # The news of it is the last row that names them, and goes as soon as it was sent.
    news = TransactionalMessage.objects.get(kind="erased")
    assert everything_kept().count("nmistakable") == 1
    TransactionalMessage.objects.filter(pk=news.pk).update(
        status=MessageStatus.ACCEPTED, settled_at=timezone.now()
    )
    forget_news_of_erasures(now=timezone.now())
    assert "nmistakable" not in everything_kept()


def test_entries_that_the_log_held_before_lose_the_address(eve: Subscriber, sam: User) -> None:
    LogEntry.objects.log_actions(sam.pk, [eve, sam], CHANGE)
    migration = import_module("subscribers.migrations.0002_addresses_out_of_the_log")
    migration.name_by_number(apps, None)
    assert set(LogEntry.objects.values_list("object_repr", flat=True)) == {
        f"Subscriber {eve.pk}",
        "sam",
    }


def test_news_of_an_erasure_that_can_not_be_sent_is_forgotten_after_its_time(
    eve: Subscriber,
) -> None:
    erase(eve.pk)
    assert forget_news_of_erasures(now=timezone.now()) == 0
    assert forget_news_of_erasures(now=timezone.now() + settings.KEEP_NEWS_OF_ERASURE) == 1
    assert TransactionalMessage.objects.get(kind="erased").status == MessageStatus.SKIPPED
    assert "nmistakable" not in everything_kept()


def test_one_who_never_said_yes_is_erased_without_a_message(
    brand: Brand, ben: Subscriber, cleo: Subscriber
) -> None:
    erase(ben.pk)
    erase(cleo.pk)  # her mailbox is gone
    assert not TransactionalMessage.objects.exists()


def test_what_is_kept_under_an_earlier_address_or_one_asked_for_goes_too(eve: Subscriber) -> None:
    change_own_address(eve.pk, to="eve.unmistakable@example.com")
    ask_for_address(eve.pk, to="eve.unmistakable@example.net")
    handle_address_change(AddressChange.objects.get().pk)
    assert TransactionalMessage.objects.filter(kind="new_address").exists()
    erase(eve.pk)
    named = TransactionalMessage.objects.exclude(to="")
    assert [message.kind for message in named] == ["erased"]
    assert not AddressChange.objects.exists()
    assert not ConsentRecord.objects.exclude(network="", details={}).exists()


def test_an_earlier_address_that_is_anothers_by_now_is_left_alone(
    eve: Subscriber, topic: Topic
) -> None:
    change_own_address(eve.pk, to="eve@example.com")
    subscribe(
        SignUp(
            email=EVE, full_name="Evan", topics=(topic,), words="Yes.", method=ConsentMethod.FORM
        )
    )
    erase(eve.pk)
    assert ConsentRecord.objects.filter(details__full_name="Evan").exists()


def test_the_opt_out_and_the_evidence_stay(eve: Subscriber) -> None:
    digest = eve.digest
    erase(eve.pk, staff="sam")
    assert [suppression.reason for suppression in active(digest)] == [SuppressionReason.ERASED]
    records = ConsentRecord.objects.filter(digest=digest).order_by("id")
    assert [record.action for record in records] == ["requested", "confirmed", "unsubscribed"]
    assert [record.details for record in records] == [{}, {}, {}]


def test_mail_that_waits_is_not_sent_and_mail_in_a_workers_hand_keeps_its_text(
    eve: Subscriber,
) -> None:
    waiting, in_hand = TransactionalMessage.objects.order_by("id")[:2]
    TransactionalMessage.objects.filter(pk=in_hand.pk).update(
        status=MessageStatus.CLAIMED,
        claim_token="5b4ef1a2-31a6-4a2c-9f2e-0a4f4c0f3a55",
        lease_until="2100-01-01T00:00:00Z",
    )
    erase(eve.pk)
    waiting.refresh_from_db()
    in_hand.refresh_from_db()
    assert (waiting.status, waiting.to, waiting.html) == (MessageStatus.SKIPPED, "", "")
    assert in_hand.html != ""


def test_a_second_time_changes_nothing(eve: Subscriber) -> None:
    erase(EVE)
    before = everything_kept()
    assert not erase(EVE).anything
    assert not erase(eve.pk).anything
    assert everything_kept() == before


def test_one_who_was_erased_may_come_back(eve: Subscriber, topic: Topic) -> None:
    digest = eve.digest
    erase(EVE)
    subscribe(SignUp(email=EVE, topics=(topic,), words="Yes.", method=ConsentMethod.FORM))
    confirm(Subscriber.objects.get().pk, method=ConsentMethod.MAIL_LINK)
    assert active(digest) == []


def test_the_command_erases_and_says_so(eve: Subscriber) -> None:
    out = StringIO()
    call_command("erase_subscriber", EVE, "--yes", stdout=out)
    assert f"Erased {EVE}" in out.getvalue()
    assert not Subscriber.objects.exists()
    told = AuditEntry.objects.get(action=SubscriberAction.ERASED)
    assert told.object_label == f"Subscriber {eve.pk}"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nobody@example.org", "--yes"], "There is no data for nobody@example.org"),
        (["not an address", "--yes"], "is not an email address"),
        (["", "--yes"], "is not an email address"),
        (["x" * 100_000, "--yes"], "is not an email address"),
        ([EVE], "add --yes"),
    ],
)
def test_the_command_says_what_is_wrong_and_changes_nothing(
    eve: Subscriber, arguments: list[str], message: str
) -> None:
    before = everything_kept()
    with pytest.raises(CommandError, match=message):
        call_command("erase_subscriber", *arguments)
    # The attempt and its end are told, without the address.
    tried = AuditEntry.objects.all()
    assert {entry.object_label for entry in tried} == {"erase_subscriber"}
    tried.delete()
    assert everything_kept() == before


def test_what_waits_for_the_owner_of_an_address_that_was_only_asked_for_is_not_touched(
    brand: Brand, ada: Subscriber, topic: Topic
) -> None:
    """Otherwise anybody could have somebody else's sign-up and evidence deleted.

    They would name that address, and erase themselves.
    """
    digest = address_digest("bob@example.org")
    ConsentRecord.objects.create(
        digest=digest,
        topic=topic,
        action=ConsentAction.CONFIRMED,
        method=ConsentMethod.FORM,
        network="192.0.2.0/24",
        given_at=timezone.now(),
    )
    store_sign_up(
        SignUp(email="bob@example.org", topics=(topic,), words="Yes.", method=ConsentMethod.FORM)
    )
    change = ask_for_address(ada.pk, to="bob@example.org")
    assert change is not None
    handle_address_change(change.pk)
    erase(ada.pk)
    assert FormSubmission.objects.filter(digest=digest).count() == 1
    assert ConsentRecord.objects.get(digest=digest).network == "192.0.2.0/24"
    assert TransactionalMessage.objects.get(kind="new_address").to == ""
