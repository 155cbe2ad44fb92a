"""Retention: what is deleted, when, and what an expiry must not take with it."""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.utils import timezone

from newsletter.core.addresses import address_digest
from newsletter.models import Brand
from subscribers.consent.confirm import confirm
from subscribers.consent.subscribe import SignUp, subscribe
from subscribers.models import (
    AddressChange,
    ConsentRecord,
    ImportBatch,
    ImportFill,
    ImportQuestion,
    SoftBounces,
    Subscriber,
    Subscription,
    Topic,
    TopicGrant,
)
from subscribers.retention.expire import Forgotten, forget_expired
from subscribers.states import ConsentMethod
from subscribers.tasks import forget_expired as forget_expired_task

NOTHING = Forgotten(
    unconfirmed=0,
    subscribers=0,
    consent_records=0,
    imports=0,
    fills=0,
    questions=0,
    uploads=0,
    submissions=0,
    address_changes=0,
    soft_bounces=0,
    grants=0,
    pauses=0,
    applications=0,
    invitations=0,
)


def later(period: timedelta) -> datetime:
    return timezone.now() + period + timedelta(seconds=1)


def sign_up(email: str, *topics: Topic) -> None:
    subscribe(
        SignUp(
            email=email,
            topics=topics,
            words="Yes.",
            method=ConsentMethod.FORM,
            network="192.0.2.0/24",
            full_name="Eve",
        )
    )


def test_people_without_any_subscription_die_and_those_who_left_stay(
    dora: Subscriber, ada: Subscriber
) -> None:
    ada.subscriptions.all().delete()
    assert forget_expired() == NOTHING, "not at once: they may be about to sign up"
    assert forget_expired(now=later(settings.KEEP_UNCONFIRMED)).subscribers == 1
    assert list(Subscriber.objects.all()) == [dora]


def test_evidence_loses_its_circumstances_and_stays(brand: Brand, topic: Topic) -> None:
    sign_up("eve@example.org", topic)
    confirm(Subscriber.objects.get().pk, method=ConsentMethod.MAIL_LINK, network="192.0.2.0/24")
    assert forget_expired(now=later(settings.KEEP_CONSENT_NETWORK)).consent_records == 2
    assert set(ConsentRecord.objects.values_list("network", flat=True)) == {""}
    assert [record.details for record in ConsentRecord.objects.all()] == [{}, {}]
    assert {record.words for record in ConsentRecord.objects.all()} == {"Yes."}


def test_an_import_loses_its_refused_rows_and_keeps_its_numbers(topic: Topic) -> None:
    batch = ImportBatch.objects.create(
        topic=topic,
        file_name="a.csv",
        refused_count=1,
        refused=[{"row": 2, "reason": "no address"}],
    )
    assert forget_expired(now=later(settings.KEEP_IMPORT_DETAILS)).imports == 1
    batch.refresh_from_db()
    assert (batch.refused, batch.refused_count) == ([], 1)


def test_many_are_forgotten_in_batches(topic: Topic) -> None:
    people = Subscriber.objects.bulk_create(
        Subscriber(email=f"p{n}@example.org", digest=f"{n:064x}", domain="example.org")
        for n in range(10)
    )
    Subscription.objects.bulk_create(
        Subscription(subscriber=person, topic=topic, changed_at=datetime(2020, 1, 1, tzinfo=UTC))
        for person in people
    )
    assert forget_expired(batch=3).unconfirmed == 10
    assert not Subscriber.objects.exists()


def test_the_clock_runs_it(ben: Subscriber) -> None:
    forget_expired_task()
    assert Subscriber.objects.filter(pk=ben.pk).exists()
    Subscription.objects.update(changed_at=datetime(2020, 1, 1, tzinfo=UTC))
    forget_expired_task()
    assert not Subscriber.objects.filter(pk=ben.pk).exists()


def test_soft_bounces_decay(db: None) -> None:
    last = timezone.now()
    SoftBounces.objects.create(digest="d" * 64, number=4, first_at=last, last_at=last)
    assert forget_expired(now=later(settings.KEEP_SOFT_BOUNCES - timedelta(hours=1))) == NOTHING
    assert forget_expired(now=later(settings.KEEP_SOFT_BOUNCES)).soft_bounces == 1
    assert not SoftBounces.objects.exists()


def test_a_new_address_that_nobody_confirms_dies_after_a_day(ada: Subscriber) -> None:
    AddressChange.objects.create(
        subscriber=ada, email="ada@example.org", digest=address_digest("ada@example.org")
    )
    assert forget_expired(now=later(settings.KEEP_FORM_SUBMISSIONS - timedelta(hours=1))) == NOTHING
    assert forget_expired(now=later(settings.KEEP_FORM_SUBMISSIONS)).address_changes == 1


def test_grants_of_need_to_know_topics_are_forgotten_long_after_their_end(
    topic: Topic, sam: User
) -> None:
    TopicGrant.objects.create(
        topic=topic, account=sam, until=timezone.now() + timedelta(seconds=1), granted_by="sam"
    )
    assert forget_expired(now=later(settings.KEEP_AUDIT - timedelta(hours=1))) == NOTHING
    assert forget_expired(now=later(settings.KEEP_AUDIT)).grants == 1


def test_what_an_import_filled_in_is_remembered_as_long_as_its_details(
    topic: Topic, ada: Subscriber
) -> None:
    batch = ImportBatch.objects.create(topic=topic, file_name="x.csv", file_digest="0" * 64)
    now = timezone.now()
    ImportFill.objects.create(batch=batch, subscriber=ada, full_name="Ada", filled_at=now)
    assert forget_expired(now=now + settings.KEEP_IMPORT_DETAILS - timedelta(days=1)).fills == 0
    assert forget_expired(now=later(settings.KEEP_IMPORT_DETAILS)).fills == 1


def test_that_somebody_was_asked_is_remembered_for_its_time(topic: Topic) -> None:
    now = timezone.now()
    ImportQuestion.objects.create(digest="0" * 64, topic=topic, created_at=now)
    period = settings.KEEP_IMPORT_QUESTIONS
    assert forget_expired(now=now + period - timedelta(days=1)).questions == 0
    assert forget_expired(now=later(period)).questions == 1


def test_a_pause_that_is_over_is_cleared_and_one_that_stands_is_not(
    ada: Subscriber, dora: Subscriber
) -> None:
    now = timezone.now()
    for person, hours in ((ada, -1), (dora, 1)):
        Subscriber.objects.filter(pk=person.pk).update(
            paused_until=now + timedelta(hours=hours), paused_at=now - timedelta(days=9)
        )
    assert forget_expired(now=now).pauses == 1
    ada.refresh_from_db()
    dora.refresh_from_db()
    assert (ada.paused_until, ada.paused_at) == (None, None)
    assert dora.paused_until == now + timedelta(hours=1)
