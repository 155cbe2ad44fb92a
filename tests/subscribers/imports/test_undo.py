"""Undoing an import: what it added goes, what people have done since stays."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.template.loader import render_to_string
from django.utils import timezone
from pytest_django.fixtures import Settings

from campaigns.models import Campaign, Delivery
from campaigns.states import DeliveryStatus
from config.env import BASE_DIR
from newsletter.core.addresses import address_digest
from newsletter.models import Brand
from subscribers.consent.unsubscribe import unsubscribe
from subscribers.imports.import_subscribers import import_subscribers
from subscribers.imports.undo import UndoReport, UnknownBatch, undo_import
from subscribers.management.commands.undo_import import Command
from subscribers.models import (
    ConsentRecord,
    ImportBatch,
    ImportFill,
    Subscriber,
    Subscription,
    Topic,
)
from subscribers.people.details import change_details
from subscribers.people.discreet import set_discreet
from subscribers.people.pause import pause
from subscribers.states import ConsentAction, ConsentMethod, SubscriptionStatus
from tests.discretion import NEUTRAL
from tests.locks import until_somebody_waits


def take(topic: Topic, *addresses: str) -> int:
    data = io.BytesIO("\n".join(["Email", *addresses]).encode())
    batch = import_subscribers(data, topic=topic, consent="The old form").batch_id
    assert batch is not None
    return batch


def subscription_of(email: str, topic: Topic) -> Subscription | None:
    return Subscription.objects.filter(
        subscriber__digest=address_digest(email), topic=topic
    ).first()


def test_what_an_import_added_goes_with_its_evidence(topic: Topic) -> None:
    batch = take(topic, "a@example.org", "b@example.org", "a@example.org")
    report = undo_import(batch)
    assert (report.removed, report.subscribers_removed, report.already_undone) == (2, 2, False)
    assert not Subscriber.objects.exists()
    assert not ConsentRecord.objects.exists()
    assert ImportBatch.objects.get().undone_at is not None


@pytest.mark.parametrize("choice", ["discreet", "discreet_and_back", "pause"])
def test_what_a_person_chose_since_for_their_email_is_kept(
    topic: Topic, brand: Brand, settings: Settings, choice: str
) -> None:
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, NEUTRAL["neutral_domain"]]
    Brand.objects.update(**NEUTRAL)
    batch = take(topic, "eve@example.org", "a@example.org")
    eve = Subscriber.objects.get(email="eve@example.org")
    if choice == "pause":
        assert pause(eve.pk, until=timezone.now().date() + timedelta(days=90))
    else:
        assert set_discreet(eve.pk, on=True)
    if choice == "discreet_and_back":
        assert set_discreet(eve.pk, on=False)
    before = Subscriber.objects.filter(pk=eve.pk).values("discreet_since", "paused_until").get()
    report = undo_import(batch)
    assert (report.removed, report.kept_own_consent) == (1, 1)
    after = Subscriber.objects.values("discreet_since", "paused_until").get()
    assert after == before
    assert any(after.values()) is (choice != "discreet_and_back")
    assert Subscription.objects.get().status == SubscriptionStatus.CONFIRMED


def test_whoever_was_discreet_before_the_import_stays_so_without_a_topic(topic: Topic) -> None:
    eve = Subscriber.objects.create(
        email="eve@example.org",
        digest=address_digest("eve@example.org"),
        discreet_since=timezone.now() - timedelta(days=1),
    )
    batch = take(topic, "eve@example.org")
    report = undo_import(batch)
    assert (report.removed, report.subscribers_removed) == (1, 0)
    eve.refresh_from_db()
    assert eve.discreet_since is not None


def test_a_pause_that_the_file_brought_goes_with_it(topic: Topic) -> None:
    until = timezone.now() + timedelta(days=30)
    # The headers of our own export.
    sheet = (
        "email,topic,status,changed_at,suppressed,paused_until\n"
        f"eve@example.org,{topic.slug},confirmed,,,{until.isoformat(timespec='seconds')}\n"
    )
    batch = import_subscribers(io.BytesIO(sheet.encode()), topic=topic, consent="x").batch_id
    assert batch is not None
    assert Subscriber.objects.get().paused_until is not None
    assert undo_import(batch).subscribers_removed == 1


def test_a_second_time_nothing_is_done(topic: Topic) -> None:
    batch = take(topic, "a@example.org")
    undo_import(batch)
    undone_at = ImportBatch.objects.get().undone_at
    take(topic, "a@example.org")
    report = undo_import(batch)
    assert report.already_undone
    assert subscription_of("a@example.org", topic) is not None
    assert ImportBatch.objects.get(pk=batch).undone_at == undone_at


def test_the_file_can_be_imported_again_afterwards(topic: Topic) -> None:
    undo_import(take(topic, "a@example.org"))
    take(topic, "a@example.org")
    assert subscription_of("a@example.org", topic) is not None


def test_people_known_before_stay(topic: Topic, other_topic: Topic, ada: Subscriber) -> None:
    report = undo_import(take(other_topic, "ada@example.nz", "b@example.org"))
    assert (report.removed, report.subscribers_removed) == (2, 1)
    assert list(Subscriber.objects.all()) == [ada]
    assert subscription_of("ada@example.nz", topic) is not None


def test_another_import_is_not_touched(topic: Topic, other_topic: Topic) -> None:
    first = take(topic, "a@example.org", "b@example.org")
    take(topic, "c@example.org", "a@example.org")
    take(other_topic, "a@example.org")
    assert undo_import(first).removed == 2
    assert subscription_of("c@example.org", topic) is not None
    assert subscription_of("a@example.org", other_topic) is not None


def test_an_opt_out_made_since_stays_and_outlives_the_next_import(topic: Topic) -> None:
    batch = take(topic, "a@example.org", "b@example.org")
    subscription = subscription_of("a@example.org", topic)
    assert subscription is not None
    unsubscribe(subscription.pk, method=ConsentMethod.ONE_CLICK)
    report = undo_import(batch)
    assert (report.removed, report.kept_opted_out) == (1, 1)
    take(topic, "a@example.org", "c@example.org")
    subscription.refresh_from_db()
    assert subscription.status == SubscriptionStatus.UNSUBSCRIBED


def test_who_has_asked_by_themselves_since_stays(topic: Topic) -> None:
    batch = take(topic, "a@example.org", "b@example.org")
    ConsentRecord.objects.create(
        digest=address_digest("a@example.org"),
        topic=topic,
        action=ConsentAction.REQUESTED,
        method=ConsentMethod.FORM,
        given_at=timezone.now(),
    )
    report = undo_import(batch)
    assert (report.removed, report.kept_own_consent) == (1, 1)
    assert subscription_of("a@example.org", topic) is not None


@pytest.mark.parametrize(
    ("status", "kept"),
    [
        (DeliveryStatus.ACCEPTED, True),
        (DeliveryStatus.UNCERTAIN, True),
        (DeliveryStatus.PLANNED, False),
    ],
)
def test_the_links_in_mail_that_went_since_go_on_working(
    topic: Topic, status: DeliveryStatus, kept: bool
) -> None:
    batch = take(topic, "a@example.org", "b@example.org")
    campaign = Campaign.objects.create(name="March", topic=topic, launched_at=timezone.now())
    subscription = subscription_of("a@example.org", topic)
    assert subscription is not None
    Delivery.objects.create(
        campaign=campaign, subscriber=subscription.subscriber, language="en", status=status
    )
    report = undo_import(batch)
    assert (report.unsubscribed, report.removed) == ((1, 1) if kept else (0, 2))
    left = subscription_of("a@example.org", topic)
    assert (left.status if left else None) == (SubscriptionStatus.UNSUBSCRIBED if kept else None)
    assert ConsentRecord.objects.filter(action=ConsentAction.UNSUBSCRIBED).count() == kept


def test_a_person_whom_other_rows_refer_to_stays(topic: Topic) -> None:
    batch = take(topic, "a@example.org")
    campaign = Campaign.objects.create(name="March", topic=topic, launched_at=timezone.now())
    Delivery.objects.create(
        campaign=campaign,
        subscriber=Subscriber.objects.get(),
        language="en",
        status=DeliveryStatus.SKIPPED,
    )
    report = undo_import(batch)
    assert (report.removed, report.subscribers_removed) == (1, 0)


@pytest.mark.postgres
@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite runs one writing transaction at a time"
)
@pytest.mark.django_db(transaction=True)
def test_a_campaign_that_starts_meanwhile_keeps_its_recipients(topic: Topic) -> None:
    """The audience is frozen after the undo has looked for references, and before it deletes."""
    batch = take(topic, "a@example.org", "b@example.org")
    campaign = Campaign.objects.create(name="March", topic=topic)
    recipient = Subscriber.objects.get(email="a@example.org")

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Subscriber.objects.select_for_update(no_key=True).get(
                pk=recipient.pk
            )  # as the check of a foreign key does at commit
            undoing = pool.submit(_undo_elsewhere, batch)
            until_somebody_waits(undoing)
            Delivery.objects.create(
                campaign=campaign,
                subscriber=recipient,
                language="en",
                status=DeliveryStatus.PLANNED,
            )
        report = undoing.result(timeout=30)

    assert (report.removed, report.subscribers_removed) == (2, 1)
    assert Delivery.objects.get().subscriber == recipient
    assert not Subscription.objects.exists()


def _undo_elsewhere(batch: int) -> UndoReport:
    try:
        return undo_import(batch)
    finally:
        connection.close()


def test_an_unknown_import_is_an_error_that_names_the_latest(topic: Topic) -> None:
    with pytest.raises(UnknownBatch, match="Nothing has been imported"):
        undo_import(7)
    batch = take(topic, "a@example.org")
    with pytest.raises(UnknownBatch, match=f"The latest: {batch} "):
        undo_import(batch + 1)


def test_whatever_tells_of_undoing_says_that_who_had_mail_stays_on_record() -> None:
    readme, architecture = (
        (BASE_DIR / name).read_text(encoding="utf-8")
        for name in ("README.md", "docs/architecture.md")
    )
    about = {
        "help": " ".join(Command.help.split()),
        "README": " ".join(readme.partition("undo_import 1`")[2][:400].split()),
        "staff page": render_to_string("studio/_about_imports.html"),
        "architecture": architecture.partition("| `undo_import ID` |")[2].partition("\n")[0],
    }
    for name, words in about.items():
        assert "has had email" in words, name
        assert "unsubscribed" in words, name
        assert "all back" not in words, name


def test_details_that_an_import_filled_in_are_taken_back(topic: Topic) -> None:
    take(topic, "a@example.org")
    sheet = b"Email,Name,Country\na@example.org,Ada Lovelace,New Zealand\n"
    filling = import_subscribers(io.BytesIO(sheet), topic=topic, consent="The old form")
    ada = Subscriber.objects.get()
    assert (ada.full_name, ada.country.code, filling.filled) == ("Ada Lovelace", "NZ", 1)
    report = undo_import(filling.batch_id or 0)
    ada.refresh_from_db()
    assert (ada.full_name, ada.given_name, ada.country.code or "") == ("", "", "")
    assert (report.details_emptied, report.details_kept, report.removed) == (1, 0, 0)
    assert not ImportFill.objects.exists()


def test_details_that_were_there_before_the_import_stay(topic: Topic) -> None:
    take(topic, "a@example.org")
    Subscriber.objects.update(full_name="Ada King")
    sheet = b"Email,Name,Country\na@example.org,Ada Lovelace,New Zealand\n"
    filling = import_subscribers(io.BytesIO(sheet), topic=topic, consent="The old form")
    undo_import(filling.batch_id or 0)
    ada = Subscriber.objects.get()
    assert (ada.full_name, ada.country.code or "") == ("Ada King", "")


def test_details_stay_where_somebody_has_saved_the_record_since(topic: Topic) -> None:
    take(topic, "a@example.org")
    sheet = b"Email,Name\na@example.org,Ada Lovelace\n"
    filling = import_subscribers(io.BytesIO(sheet), topic=topic, consent="The old form")
    change_details(Subscriber.objects.get().pk, time_zone="Pacific/Auckland")
    report = undo_import(filling.batch_id or 0)
    assert (report.details_emptied, report.details_kept) == (0, 1)
    assert Subscriber.objects.get().full_name == "Ada Lovelace"


def test_what_an_undo_did_is_kept_with_the_import(topic: Topic) -> None:
    batch = take(topic, "a@example.org")
    undo_import(batch)
    kept = ImportBatch.objects.get().undo_result
    assert kept is not None
    assert (kept["removed"], kept["subscribers_removed"]) == (1, 1)
