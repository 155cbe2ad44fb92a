"""Two records of one person become one: the stricter wish stands, and nothing leads astray."""

import io
from datetime import date, timedelta

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from newsletter.models import AuditEntry, Brand, TransactionalMessage
from subscribers.consent.never_again import never_again
from subscribers.consent.records import Circumstances, record_consent
from subscribers.consent.subscribe import SignUp, subscribe
from subscribers.consent.unsubscribe import Departure, unsubscribe, unsubscribe_all
from subscribers.consent.urls_in_mail import confirm_url, manage_url, unsubscribe_url
from subscribers.imports.import_subscribers import import_subscribers
from subscribers.models import (
    ConsentRecord,
    CustomField,
    CustomFieldValue,
    Label,
    Subscriber,
    SubscriberLabel,
    Subscription,
    Topic,
)
from subscribers.opt_outs.journal import entries_of, journals
from subscribers.people.change_address import digests_of
from subscribers.people.erase import erase
from subscribers.people.held_data.collect import held_data
from subscribers.people.merging.merge import CannotMerge, WhyNot, merge
from subscribers.people.merging.topics import TopicOutcome, fates_of_topics
from subscribers.people.notes import add_person_note
from subscribers.retention.people import delete_followers_of_nothing
from subscribers.states import (
    ConsentAction,
    ConsentMethod,
    SubscriptionStatus,
    SuppressionReason,
)
from subscribers.suppression.policy import may_receive_campaigns, may_receive_notices
from subscribers.suppression.registry import active, lift_one, suppress
from tests.conftest import MakeSubscriber

pytestmark = pytest.mark.django_db

CONFIRMED, UNSUBSCRIBED = SubscriptionStatus.CONFIRMED, SubscriptionStatus.UNSUBSCRIBED
PENDING, AWAITING = SubscriptionStatus.PENDING, SubscriptionStatus.AWAITING_REVIEW
DECLINED = SubscriptionStatus.DECLINED


@pytest.fixture
def work(make_subscriber: MakeSubscriber, other_topic: Topic) -> Subscriber:
    """Ada's record with the address of her parliament, which follows another topic."""
    return make_subscriber("ada@parliament.example", topic=other_topic, institution="Senate")


def status(person: Subscriber, topic: Topic) -> str | None:
    rows = Subscription.objects.filter(subscriber=person, topic=topic)
    return rows.values_list("status", flat=True).first()


def last_word(person: Subscriber, topic: Topic) -> str | None:
    rows = ConsentRecord.objects.filter(digest=person.digest, topic=topic).order_by("-pk")
    return rows.values_list("action", flat=True).first()


def test_the_record_that_stays_follows_what_either_followed(
    ada: Subscriber, work: Subscriber, topic: Topic, other_topic: Topic
) -> None:
    tie = work.subscriptions.get()
    record_consent(
        work.digest,
        topic=other_topic,
        action=ConsentAction.CONFIRMED,
        circumstances=Circumstances(method=ConsentMethod.FORM, words="I agree to this."),
    )
    merge(ada.pk, work.pk, by="sam")
    work.refresh_from_db()
    assert work.merged_into == ada
    assert [status(ada, each) for each in (topic, other_topic)] == [CONFIRMED, CONFIRMED]
    assert not work.subscriptions.exists()
    assert ada.subscriptions.get(topic=other_topic).pk == tie.pk, "old links still find it"
    record = ConsentRecord.objects.get(digest=ada.digest, topic=other_topic)
    assert (record.action, record.staff, record.words) == ("confirmed", "sam", "I agree to this.")
    assert record.details == {"earlier_address_digest": work.digest}
    assert last_word(work, other_topic) == ConsentAction.UNSUBSCRIBED
    call_command("verify_consent")
    [entry] = AuditEntry.objects.filter(action="subscriber.merged")
    assert entry.details == {"merged": f"Subscriber {work.pk}"}
    assert "@" not in str(entry.details) + entry.object_label


@pytest.mark.parametrize(
    ("status", "actions"),
    [(CONFIRMED, ["confirmed", "accepted"]), (AWAITING, ["confirmed"])],
)
def test_on_a_moderated_topic_a_member_stays_told_from_an_applicant(
    ada: Subscriber,
    work: Subscriber,
    other_topic: Topic,
    status: SubscriptionStatus,
    actions: list[str],
) -> None:
    Topic.objects.filter(pk=other_topic.pk).update(is_moderated=True)
    work.subscriptions.update(status=status)
    merge(ada.pk, work.pk, by="sam")
    records = ConsentRecord.objects.filter(digest=ada.digest, topic=other_topic).order_by("pk")
    assert [record.action for record in records] == actions
    assert records[0].staff == ""
    assert ada.subscriptions.get(topic=other_topic).status == status


@pytest.mark.parametrize(
    ("kept", "merged", "after", "outcome"),
    [
        (CONFIRMED, CONFIRMED, CONFIRMED, TopicOutcome.STAYS),
        (CONFIRMED, UNSUBSCRIBED, UNSUBSCRIBED, TopicOutcome.LEFT),
        (CONFIRMED, DECLINED, UNSUBSCRIBED, TopicOutcome.LEFT),
        (CONFIRMED, PENDING, CONFIRMED, TopicOutcome.STAYS),
        (UNSUBSCRIBED, CONFIRMED, UNSUBSCRIBED, TopicOutcome.LEFT),
        (UNSUBSCRIBED, PENDING, UNSUBSCRIBED, TopicOutcome.LEFT),
        (UNSUBSCRIBED, UNSUBSCRIBED, UNSUBSCRIBED, TopicOutcome.LEFT),
        (DECLINED, CONFIRMED, DECLINED, TopicOutcome.LEFT),
        (PENDING, CONFIRMED, CONFIRMED, TopicOutcome.MOVES),
        (PENDING, UNSUBSCRIBED, UNSUBSCRIBED, TopicOutcome.LEFT),
        (PENDING, PENDING, PENDING, TopicOutcome.WAITS),
        (AWAITING, CONFIRMED, AWAITING, TopicOutcome.STAYS),
        (CONFIRMED, AWAITING, CONFIRMED, TopicOutcome.STAYS),
        (PENDING, AWAITING, AWAITING, TopicOutcome.MOVES),
        (None, CONFIRMED, CONFIRMED, TopicOutcome.MOVES),
        (None, UNSUBSCRIBED, UNSUBSCRIBED, TopicOutcome.LEFT),
        (None, DECLINED, DECLINED, TopicOutcome.LEFT),
        (None, PENDING, None, TopicOutcome.FORGOTTEN),
    ],
)
def test_whoever_left_a_topic_by_one_record_has_left_it(
    ada: Subscriber,
    work: Subscriber,
    other_topic: Topic,
    kept: SubscriptionStatus | None,
    merged: SubscriptionStatus,
    after: SubscriptionStatus | None,
    outcome: TopicOutcome,
) -> None:
    work.subscriptions.update(status=merged)
    if kept is not None:
        Subscription.objects.create(
            subscriber=ada, topic=other_topic, status=kept, changed_at=timezone.now()
        )
    [fate] = [each for each in fates_of_topics(ada, work) if each.topic == other_topic]
    assert fate.outcome is outcome
    merge(ada.pk, work.pk, by="sam")
    assert status(ada, other_topic) == after
    assert status(work, other_topic) in (None, UNSUBSCRIBED, DECLINED)
    if outcome is TopicOutcome.LEFT and kept in (CONFIRMED, None):
        assert last_word(ada, other_topic) in (ConsentAction.UNSUBSCRIBED, ConsentAction.DECLINED)


@pytest.mark.parametrize("of", ["ada", "work"])
def test_an_opt_out_that_is_only_on_record_counts_too(
    ada: Subscriber, work: Subscriber, other_topic: Topic, of: str
) -> None:
    person = {"ada": ada, "work": work}[of]
    work.subscriptions.update(status=PENDING if of == "work" else CONFIRMED)
    ConsentRecord.objects.create(
        digest=person.digest, topic=other_topic, action="unsubscribed", method="one_click",
        given_at=timezone.now(),
    )  # fmt: skip
    if of == "work":
        Subscription.objects.create(
            subscriber=ada, topic=other_topic, status=CONFIRMED, changed_at=timezone.now()
        )
    merge(ada.pk, work.pk, by="sam")
    assert status(ada, other_topic) != CONFIRMED
    assert last_word(ada, other_topic) == ConsentAction.UNSUBSCRIBED


def test_the_earlier_end_of_two_memberships_counts(ada: Subscriber, topic: Topic) -> None:
    other = Subscriber.objects.create(email="a@b.example", digest="d" * 64, domain="b.example")
    today = timezone.now().date()
    Subscription.objects.create(
        subscriber=other, topic=topic, status=CONFIRMED, changed_at=timezone.now(),
        member_until=today + timedelta(days=9),
    )  # fmt: skip
    merge(ada.pk, other.pk, by="sam")
    assert ada.subscriptions.get().member_until == today + timedelta(days=9)


@pytest.mark.parametrize("reason", SuppressionReason)
def test_what_stands_against_the_person_stands_at_the_address_that_stays(
    ada: Subscriber, work: Subscriber, reason: SuppressionReason
) -> None:
    suppress(work.digest, reason=reason)
    merge(ada.pk, work.pk, by="sam")
    of_the_address = ("hard_bounce", "soft_bounces", "merged")
    assert [each.reason for each in active(ada.digest)] == (
        [] if reason in of_the_address else [reason]
    )
    assert may_receive_campaigns(ada.digest) == (reason in of_the_address)
    assert not may_receive_notices(work.digest)


def test_a_suppressed_record_may_stay_and_stays_suppressed(
    cleo: Subscriber, ada: Subscriber
) -> None:
    merge(cleo.pk, ada.pk, by="sam")
    assert not may_receive_campaigns(cleo.digest)
    assert not may_receive_campaigns(ada.digest)


def test_details_labels_fields_and_notes_come_together(
    ada: Subscriber, work: Subscriber, sam: User
) -> None:
    both, theirs = (Label.objects.create(name=name, key=name) for name in ("a", "b"))
    chamber = CustomField.objects.create(key="chamber", name="Chamber", kind="text")
    seat = CustomField.objects.create(key="seat", name="Seat", kind="text")
    now = timezone.now()
    for person, label in ((ada, both), (work, both), (work, theirs)):
        SubscriberLabel.objects.create(subscriber=person, label=label, added_at=now)
    for person, of_field, value in ((ada, seat, "1"), (work, seat, "2"), (work, chamber, "Upper")):
        CustomFieldValue.objects.create(subscriber=person, field=of_field, value=value, set_at=now)
    Subscriber.objects.filter(pk=work.pk).update(
        full_name="A. Lovelace", time_zone="Europe/Paris", died_on=date(2026, 1, 2)
    )
    add_person_note(work.pk, text="Prefers calls.", by=sam)
    merge(ada.pk, work.pk, by="sam")
    ada.refresh_from_db()
    assert (ada.full_name, ada.institution) == ("Ada Lovelace", "Senate")
    assert (ada.time_zone, ada.died_on) == ("Pacific/Auckland", date(2026, 1, 2))
    assert sorted(ada.labels.values_list("label__name", flat=True)) == ["a", "b"]
    assert dict(ada.custom_values.values_list("field__key", "value")) == {
        "seat": "1",
        "chamber": "Upper",
    }
    assert [note.text for note in ada.notes.all()] == ["Prefers calls."]


def test_the_longer_pause_and_discreet_mode_count(
    brand: Brand, ada: Subscriber, work: Subscriber
) -> None:
    now = timezone.now()
    sooner, later = now + timedelta(days=3), now + timedelta(days=9)
    Subscriber.objects.filter(pk=ada.pk).update(paused_until=sooner, paused_at=now)
    Subscriber.objects.filter(pk=work.pk).update(
        paused_until=later, paused_at=now, discreet_since=now
    )
    merge(ada.pk, work.pk, by="sam")
    ada.refresh_from_db()
    assert ada.paused_until == later
    assert ada.discreet_since is not None


def test_a_shorter_pause_changes_nothing(ada: Subscriber, work: Subscriber) -> None:
    now = timezone.now()
    Subscriber.objects.filter(pk=ada.pk).update(paused_until=now + timedelta(days=9))
    Subscriber.objects.filter(pk=work.pk).update(paused_until=now + timedelta(days=3))
    merge(ada.pk, work.pk, by="sam")
    ada.refresh_from_db()
    assert ada.paused_until == now + timedelta(days=9)


def test_impossible_merges_are_refused_and_change_nothing(
    ada: Subscriber, work: Subscriber, dora: Subscriber
) -> None:
    merge(ada.pk, work.pk, by="sam")
    before = ConsentRecord.objects.count()
    for kept, merged, why in (
        (ada.pk, ada.pk, WhyNot.SAME),
        (ada.pk, 0, WhyNot.UNKNOWN),
        (0, ada.pk, WhyNot.UNKNOWN),
        (ada.pk, work.pk, WhyNot.MERGED),
        (work.pk, dora.pk, WhyNot.MERGED),
        (dora.pk, work.pk, WhyNot.MERGED),
    ):
        with pytest.raises(CannotMerge) as refused:
            merge(kept, merged, by="sam")
        assert refused.value.why is why
    assert ConsentRecord.objects.count() == before
    assert Subscriber.objects.filter(merged_into=None).count() == 2


def test_a_record_with_merged_ones_takes_them_along(
    ada: Subscriber, work: Subscriber, dora: Subscriber
) -> None:
    merge(work.pk, dora.pk, by="sam")
    merge(ada.pk, work.pk, by="sam")
    assert set(ada.merged_records.all()) == {work, dora}
    assert digests_of(ada) == {ada.digest, work.digest, dora.digest}


def test_links_in_emails_to_the_other_address_still_unsubscribe(
    ada: Subscriber, topic: Topic, make_subscriber: MakeSubscriber, client: Client
) -> None:
    other = make_subscriber("ada@parliament.example", topic=topic)
    link = unsubscribe_url(other.subscriptions.get().pk).partition("/u/")[2]
    merge(ada.pk, other.pk, by="sam")
    page = client.get(f"/u/{link}").content.decode()
    assert "Quarterly meetings" in page, "it asks, as there is something to leave"
    client.post(f"/u/{link}", {"List-Unsubscribe": "One-Click"})
    assert status(ada, topic) == UNSUBSCRIBED
    assert last_word(ada, topic) == ConsentAction.UNSUBSCRIBED
    assert (
        unsubscribe(other.subscriptions.get().pk, method=ConsentMethod.MAIL_LINK)
        is Departure.HAD_LEFT
    )


@pytest.mark.parametrize("how", ["all", "never again"])
def test_leaving_everything_by_an_old_link_is_about_the_person(
    ada: Subscriber, work: Subscriber, how: str
) -> None:
    merge(ada.pk, work.pk, by="sam")
    if how == "all":
        unsubscribe_all(work.pk, method=ConsentMethod.MAIL_LINK)
    else:
        never_again(work.digest, method=ConsentMethod.MAIL_LINK)
    assert not may_receive_campaigns(ada.digest)
    assert may_receive_notices(ada.digest) == (how == "all")
    assert not ada.subscriptions.filter(status=CONFIRMED).exists()


def test_links_to_the_pages_of_the_other_record_are_void(
    brand: Brand, ada: Subscriber, work: Subscriber, client: Client
) -> None:
    urls = [confirm_url(work), manage_url(work)]
    merge(ada.pk, work.pk, by="sam")
    later = Subscriber.objects.get(pk=work.pk)
    later.address_since = timezone.now() + timedelta(seconds=2)
    later.save()
    pages = [url.removeprefix(settings.SITE_URL) for url in urls]
    assert [client.get(page).status_code for page in pages] == [404, 410]


def test_the_other_address_is_not_signed_up_nor_imported_again(
    brand: Brand, ada: Subscriber, work: Subscriber, topic: Topic
) -> None:
    merge(ada.pk, work.pk, by="sam")
    subscribe(SignUp(email=work.email, topics=(topic,), words="Yes.", method=ConsentMethod.FORM))
    assert not TransactionalMessage.objects.exists()
    sheet = io.BytesIO(f"Email\n{work.email}\n".encode())
    assert import_subscribers(sheet, topic=topic, consent="The old form.").opted_out == 1
    assert not work.subscriptions.exists()


def test_staff_can_let_the_other_address_go_its_own_way(
    brand: Brand, ada: Subscriber, work: Subscriber, topic: Topic
) -> None:
    merge(ada.pk, work.pk, by="sam")
    [suppression] = active(work.digest)
    assert lift_one(suppression.pk, by="sam", note="Two people.")
    work.refresh_from_db()
    assert work.merged_into is None
    subscribe(SignUp(email=work.email, topics=(topic,), words="Yes.", method=ConsentMethod.FORM))
    assert status(work, topic) == PENDING
    assert TransactionalMessage.objects.get().digest == work.digest


@pytest.mark.parametrize("by", ["kept", "merged", "address"])
def test_erasing_the_person_erases_both(ada: Subscriber, work: Subscriber, by: str) -> None:
    merge(ada.pk, work.pk, by="sam")
    ways: dict[str, int | str] = {"kept": ada.pk, "merged": work.pk, "address": work.email}
    erase(ways[by])
    assert not Subscriber.objects.exists()
    for digest in (ada.digest, work.digest):
        assert [each.reason for each in active(digest)] == ["erased"]
    assert not ConsentRecord.objects.filter(details__has_key="file").exists()


def test_the_person_gets_what_is_held_of_both(ada: Subscriber, work: Subscriber) -> None:
    suppress(work.digest, reason=SuppressionReason.HARD_BOUNCE)
    merge(ada.pk, work.pk, by="sam")
    held = {table.name: list(table.rows) for table in held_data(ada)}
    assert {person.email for person in held["subscriber"]} == {ada.email, work.email}
    assert {each.reason for each in held["suppressions"]} == {"hard_bounce", "merged"}


def test_retention_leaves_a_merged_record_to_the_one_that_stays(
    ada: Subscriber, work: Subscriber
) -> None:
    merge(ada.pk, work.pk, by="sam")
    assert delete_followers_of_nothing(timezone.now() + timedelta(days=4000)) == 0
    assert Subscriber.objects.filter(pk=work.pk).exists()


def test_the_journal_has_what_the_merge_ended(
    ada: Subscriber, work: Subscriber, other_topic: Topic
) -> None:
    merge(ada.pk, work.pk, by="sam")
    noted = [entry for path in journals() for entry in entries_of(path) if entry is not None]
    assert {(entry.digest, entry.which) for entry in noted} >= {
        (work.digest, other_topic.slug),
        (work.digest, "merged"),
    }
