"""Sign-ups that nobody confirms die, and take nothing with them that was confirmed or left."""

from datetime import timedelta

from django.conf import settings

from newsletter.models import Brand
from subscribers.consent.confirm import confirm
from subscribers.consent.unsubscribe import unsubscribe_all
from subscribers.models import ConsentRecord, Subscriber, Suppression, Topic
from subscribers.retention.expire import forget_expired
from subscribers.states import ConsentMethod, SubscriptionStatus
from tests.subscribers.retention.test_expire import NOTHING, later, sign_up


def test_a_sign_up_that_nobody_confirms_dies_with_its_evidence(brand: Brand, topic: Topic) -> None:
    sign_up("eve@example.org", topic)
    assert forget_expired(now=later(settings.KEEP_UNCONFIRMED - timedelta(hours=1))) == NOTHING
    assert forget_expired(now=later(settings.KEEP_UNCONFIRMED)).unconfirmed == 1
    assert not Subscriber.objects.exists()
    assert not ConsentRecord.objects.exists()
    assert forget_expired(now=later(settings.KEEP_UNCONFIRMED)) == NOTHING


def test_a_subscriber_keeps_what_was_confirmed_and_loses_what_was_not(
    brand: Brand, topic: Topic, other_topic: Topic
) -> None:
    sign_up("eve@example.org", topic)
    eve = Subscriber.objects.get()
    confirm(eve.pk, method=ConsentMethod.MAIL_LINK)
    sign_up("eve@example.org", other_topic)
    forget_expired(now=later(settings.KEEP_UNCONFIRMED))
    assert list(eve.subscriptions.values_list("topic_id", flat=True)) == [topic.pk]
    assert list(ConsentRecord.objects.order_by("id").values_list("action", flat=True)) == [
        "requested",
        "confirmed",
    ]


def test_an_opt_out_outlives_a_question_that_nobody_answered(
    brand: Brand, topic: Topic, ada: Subscriber
) -> None:
    unsubscribe_all(ada.pk, method=ConsentMethod.MAIL_LINK)
    sign_up(ada.email, topic)
    forget_expired(now=later(settings.KEEP_UNCONFIRMED))
    assert ada.subscriptions.get().status == SubscriptionStatus.UNSUBSCRIBED
    assert ConsentRecord.objects.get().action == "unsubscribed"
    assert Suppression.objects.filter(lifted_at=None).exists()
