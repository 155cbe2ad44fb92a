"""Stored forms: handled once, missed by nobody, and never for ever."""

from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from newsletter.models import Brand, InboxMessage, TransactionalMessage
from newsletter.outbox.deliver import deliver_due
from newsletter.states import Trust
from subscribers.consent import submissions
from subscribers.consent.records import Circumstances, record_consent
from subscribers.consent.submissions import (
    forget_stale,
    store_preferences_request,
    store_sign_up,
)
from subscribers.consent.subscribe import SignUp
from subscribers.models import FormSubmission, Subscriber, Subscription, Topic
from subscribers.states import ConsentAction, ConsentMethod, SubscriptionStatus
from subscribers.tasks import handle_submissions, sweep_submissions


def stored(topic: Topic, email: str = "eve@example.org") -> FormSubmission:
    sign_up = SignUp(
        email=email,
        full_name="Eve Adams",
        country="NZ",
        topics=(topic,),
        words="Yes.",
        method=ConsentMethod.EMBED,
        network="192.0.2.0/24",
    )
    return store_sign_up(sign_up)


def test_storing_looks_nobody_up_and_sends_nothing(brand: Brand, topic: Topic) -> None:
    stored(topic)
    assert FormSubmission.objects.count() == 1
    assert not Subscriber.objects.exists()
    assert not TransactionalMessage.objects.exists()


def test_handling_signs_up_with_all_that_was_stored_and_happens_once(
    brand: Brand, topic: Topic
) -> None:
    submission = stored(topic)
    assert submissions.handle_submission(submission.pk) is True
    assert submissions.handle_submission(submission.pk) is False
    assert TransactionalMessage.objects.get().kind == "confirmation"
    assert Subscription.objects.get().topic == topic
    assert not FormSubmission.objects.exists()


def test_the_clock_handles_what_its_waking_missed(brand: Brand, topic: Topic) -> None:
    stored(topic)
    sweep_submissions()
    assert FormSubmission.objects.count() == 1, "it is a worker's for some seconds"
    assert submissions.sweep_submissions(now=timezone.now() + timedelta(seconds=11)) == 1
    assert not FormSubmission.objects.exists()


def test_one_that_can_not_be_handled_holds_nobody_up(brand: Brand, topic: Topic) -> None:
    broken, fine = stored(topic), stored(topic, "fay@example.org")
    FormSubmission.objects.filter(pk=broken.pk).update(kind="nonsense")
    assert submissions.sweep_submissions(now=timezone.now() + timedelta(minutes=1)) == 1
    assert not FormSubmission.objects.filter(pk=fine.pk).exists()
    assert forget_stale(now=timezone.now()) == 0
    assert (
        forget_stale(now=timezone.now() + settings.KEEP_FORM_SUBMISSIONS + timedelta(seconds=1))
        == 1
    )


def test_the_clock_handles_the_most_trusted_first_however_late_they_came(
    brand: Brand, topic: Topic
) -> None:
    for turn in range(3):
        stored(topic, f"bot{turn}@example.org")
    minute_ago = timezone.now() - timedelta(minutes=1)
    FormSubmission.objects.update(trust=Trust.UNPROVEN, received_at=minute_ago)
    FormSubmission.objects.filter(pk=stored(topic, "ada@example.org").pk).update(trust=Trust.PROVEN)
    assert submissions.sweep_submissions() == 4
    first = TransactionalMessage.objects.order_by("pk").first()
    assert first is not None
    assert first.to == "ada@example.org"


def test_the_clock_handles_strangers_together_as_a_worker_does_who_was_woken(
    brand: Brand, topic: Topic
) -> None:
    for turn in range(10):
        stored(topic, f"person{turn}@d{turn}.example")
    with CaptureQueriesContext(connection) as captured:
        assert submissions.sweep_submissions(now=timezone.now() + timedelta(minutes=1)) == 10
    assert len(captured) < 100, "one by one they are 200"


def test_one_that_failed_is_tried_again_by_trust_and_after_those_that_did_not(
    brand: Brand, topic: Topic
) -> None:
    tried, trusted, fine = (stored(topic, f"{name}@example.org") for name in ("a", "b", "c"))
    failed = FormSubmission.objects.filter(pk__in=[tried.pk, trusted.pk])
    failed.update(failed_at=timezone.now())
    FormSubmission.objects.filter(pk=trusted.pk).update(trust=Trust.PROVEN)
    assert submissions.sweep_submissions(now=timezone.now() + timedelta(minutes=1)) == 3
    order = TransactionalMessage.objects.order_by("pk").values_list("to", flat=True)
    assert list(order) == [fine.email, trusted.email, tried.email]


def test_a_topic_that_was_deleted_meanwhile_is_no_trouble(brand: Brand, topic: Topic) -> None:
    stored(topic)
    topic.delete()
    handle_submissions()
    assert not FormSubmission.objects.exists()
    assert not Subscriber.objects.exists()


def test_a_link_to_the_preferences_goes_to_a_subscriber_and_to_nobody_else(
    brand: Brand, ada: Subscriber, cleo: Subscriber
) -> None:
    for address in (ada.email, ada.email, cleo.email, "stranger@example.org"):
        submissions.handle_submission(store_preferences_request(address).pk)
    message = TransactionalMessage.objects.get()
    assert (message.kind, message.to) == ("preferences_link", ada.email)


def test_one_who_never_confirmed_gets_no_second_mail_by_the_other_form(
    brand: Brand, topic: Topic, ben: Subscriber
) -> None:
    submissions.handle_submission(store_preferences_request(ben.email).pk)
    assert not TransactionalMessage.objects.exists()


def test_one_who_left_and_was_signed_up_anew_still_gets_at_their_preferences(
    brand: Brand, topic: Topic, dora: Subscriber
) -> None:
    record_consent(
        dora.digest,
        topic=topic,
        action=ConsentAction.UNSUBSCRIBED,
        circumstances=Circumstances(method=ConsentMethod.ONE_CLICK),
    )
    Subscription.objects.update(status=SubscriptionStatus.PENDING)
    submissions.handle_submission(store_preferences_request(dora.email).pk)
    assert TransactionalMessage.objects.get().kind == "preferences_link"


def test_links_come_again_when_one_may_be_lost_and_never_fill_a_mailbox(
    brand: Brand, ada: Subscriber
) -> None:
    def ask_after(waited: timedelta) -> int:
        for message in TransactionalMessage.objects.all():
            message.created_at -= waited
            message.save()
        submissions.handle_submission(store_preferences_request(ada.email).pk)
        return TransactionalMessage.objects.count()

    quarter = timedelta(minutes=15)
    waits = [
        timedelta(0),
        timedelta(minutes=14),
        quarter,
        quarter,
        quarter,
        quarter,
        timedelta(hours=2),
        timedelta(hours=21),
    ]
    assert [ask_after(waited) for waited in waits] == [1, 1, 2, 3, 4, 4, 4, 5]


def test_the_most_trusted_is_handled_and_sent_first(brand: Brand, topic: Topic) -> None:
    flood = [stored(topic, f"bot{number}@d{number}.example") for number in range(4)]
    FormSubmission.objects.update(trust=Trust.UNPROVEN)
    eve = stored(topic)
    FormSubmission.objects.filter(pk=eve.pk).update(trust=Trust.PROVEN)

    seen = list[list[str]]()

    def send(number: int) -> None:
        deliver_due(limit=number)
        seen.append(list(InboxMessage.objects.order_by("pk").values_list("recipient", flat=True)))

    submissions.handle_waiting(send, seconds=600)

    assert seen[0][0] == "eve@example.org"
    assert not FormSubmission.objects.exists()
    assert InboxMessage.objects.count() == 1 + len(flood)


def test_one_that_can_not_be_handled_is_left_to_the_clock(brand: Brand, topic: Topic) -> None:
    broken, fine = stored(topic), stored(topic, "fay@example.org")
    FormSubmission.objects.filter(pk=broken.pk).update(kind="nonsense", trust=Trust.AWAITED)

    for _ in range(2):
        handle_submissions()

    broken.refresh_from_db()
    assert broken.failed_at
    assert not FormSubmission.objects.filter(pk=fine.pk).exists()
    assert submissions.handle_waiting(lambda _: None, seconds=600) is False


def test_a_worker_handles_all_that_wait_and_sends_after_each(brand: Brand, topic: Topic) -> None:
    for number in range(3):
        store_preferences_request(f"nobody{number}@example.org")
    left = list[int]()

    more = submissions.handle_waiting(
        lambda _: left.append(FormSubmission.objects.count()), seconds=600
    )

    assert left == [2, 1, 0]
    assert more is False


def test_a_worker_lets_others_have_their_turn(brand: Brand, topic: Topic) -> None:
    for number in range(3):
        store_preferences_request(f"nobody{number}@example.org")

    assert submissions.handle_waiting(lambda _: None, seconds=0) is True
    assert FormSubmission.objects.count() == 2


def test_a_form_that_can_not_be_handled_holds_up_no_other(brand: Brand, topic: Topic) -> None:
    broken = store_preferences_request("nobody@example.org")
    FormSubmission.objects.filter(pk=broken.pk).update(kind="unknown")
    store_preferences_request("somebody@example.org")

    assert submissions.handle_waiting(lambda _: None, seconds=600) is False
    assert list(FormSubmission.objects.values_list("pk", flat=True)) == [broken.pk]


def test_storing_a_form_is_one_statement(brand: Brand) -> None:
    with CaptureQueriesContext(connection) as captured:
        store_preferences_request("nobody@example.org")

    assert len(captured) == 1


def test_what_is_to_be_dropped_is_deleted_after_all_others_and_leads_to_nothing(
    brand: Brand, topic: Topic
) -> None:
    for turn in range(4):
        FormSubmission.objects.filter(pk=stored(topic, f"a{turn}@example.org").pk).update(
            trust=Trust.NONE
        )
    store_preferences_request("ada@example.org", trust=Trust.NONE)
    stored(topic)
    handled = list[int]()
    submissions.handle_waiting(handled.append)
    assert Subscriber.objects.get().email == "eve@example.org"
    assert TransactionalMessage.objects.get().to == "eve@example.org"
    assert not FormSubmission.objects.exists()
    assert handled == [6], "in one transaction"


def test_one_that_is_to_be_dropped_leads_to_nothing_by_itself_either(
    brand: Brand, topic: Topic
) -> None:
    submission = stored(topic)
    FormSubmission.objects.update(trust=Trust.NONE)
    assert submissions.handle_submission(submission.pk)
    assert not FormSubmission.objects.exists()
    assert not Subscriber.objects.exists()
