"""Blocking all mail holds whether or not the person is known."""

from datetime import timedelta

from django.utils import timezone

from newsletter.core.addresses import address_digest
from newsletter.models import Brand, InboxMessage, TransactionalMessage
from newsletter.outbox.deliver import deliver
from newsletter.retention.forget import delete_messages, forget_messages
from subscribers.consent.confirm import confirm
from subscribers.consent.forget_pending import forget_pending
from subscribers.consent.mail import send_preferences_link
from subscribers.consent.never_again import digest_beginning_with, never_again
from subscribers.consent.subscribe import SignUp, subscribe
from subscribers.consent.unsubscribe import unsubscribe_all
from subscribers.models import ConsentRecord, Subscriber, Subscription, Topic
from subscribers.states import ConsentMethod, SubscriptionStatus, SuppressionReason
from subscribers.suppression.registry import active

EVE = "eve@example.org"


def sign_up(topic: Topic) -> None:
    subscribe(SignUp(email=EVE, topics=(topic,), words="Yes.", method=ConsentMethod.FORM))


def test_it_suppresses_all_mail_and_forgets_what_was_never_confirmed(
    brand: Brand, topic: Topic
) -> None:
    sign_up(topic)
    digest = address_digest(EVE)
    never_again(digest, method=ConsentMethod.MAIL_LINK)
    never_again(digest, method=ConsentMethod.MAIL_LINK)
    assert [suppression.reason for suppression in active(digest)] == [SuppressionReason.NEVER_AGAIN]
    assert not Subscriber.objects.exists()
    assert not ConsentRecord.objects.exists()
    TransactionalMessage.objects.all().delete()
    sign_up(topic)
    assert not TransactionalMessage.objects.exists()


def test_it_ends_what_was_confirmed_and_keeps_that_on_record(
    brand: Brand, topic: Topic, ada: Subscriber
) -> None:
    never_again(ada.digest, method=ConsentMethod.MAIL_LINK)
    assert ada.subscriptions.get().status == SubscriptionStatus.UNSUBSCRIBED
    assert ConsentRecord.objects.get().action == "unsubscribed"


def test_no_opt_in_lifts_it(brand: Brand, topic: Topic) -> None:
    sign_up(topic)
    eve = Subscriber.objects.get()
    confirm(eve.pk, method=ConsentMethod.MAIL_LINK)
    never_again(eve.digest, method=ConsentMethod.MAIL_LINK)
    Subscription.objects.update(status=SubscriptionStatus.PENDING)
    confirm(eve.pk, method=ConsentMethod.MAIL_LINK)
    assert len(active(eve.digest)) == 1


def test_the_link_works_when_the_sign_up_is_long_gone(brand: Brand, topic: Topic) -> None:
    sign_up(topic)
    Subscriber.objects.all().delete()
    digest = address_digest(EVE)
    assert digest_beginning_with(digest[:20]) == digest


def test_the_link_works_when_no_email_is_on_record_any_more(brand: Brand, topic: Topic) -> None:
    sign_up(topic)
    Subscriber.objects.all().delete()
    digest = address_digest(EVE)
    later = timezone.now() + timedelta(days=731)
    forget_messages(now=later)
    delete_messages(now=later)
    assert not TransactionalMessage.objects.exists()
    assert digest_beginning_with(digest[:20]) == digest
    never_again(digest, method=ConsentMethod.MAIL_LINK)
    assert len(active(digest)) == 1


def test_a_beginning_that_no_digest_has_finds_none(
    brand: Brand, topic: Topic, ada: Subscriber
) -> None:
    sign_up(topic)
    assert digest_beginning_with("0" * 20) is None
    assert digest_beginning_with("f" * 20) is None
    assert digest_beginning_with(ada.digest[:20]) == ada.digest


def test_a_question_that_is_taken_back_leaves_an_earlier_opt_out_as_it_was(
    brand: Brand, topic: Topic, ada: Subscriber
) -> None:
    unsubscribe_all(ada.pk, method=ConsentMethod.MAIL_LINK)
    subscribe(SignUp(email=ada.email, topics=(topic,), words="Yes.", method=ConsentMethod.FORM))
    assert ada.subscriptions.get().status == SubscriptionStatus.PENDING
    assert forget_pending(ada) == 1
    assert ada.subscriptions.get().status == SubscriptionStatus.UNSUBSCRIBED
    assert list(ConsentRecord.objects.values_list("action", flat=True)) == ["unsubscribed"]


def test_what_waited_for_the_mail_server_is_not_sent_afterwards(
    brand: Brand, ada: Subscriber
) -> None:
    send_preferences_link(ada)
    waiting = TransactionalMessage.objects.get()

    never_again(ada.digest, method=ConsentMethod.MAIL_LINK)

    assert deliver(waiting.pk) is None
    waiting.refresh_from_db()
    assert (waiting.status, waiting.reason) == (
        "skipped",
        "This address is suppressed, so no email may be sent to it.",
    )
    assert not InboxMessage.objects.exists()
