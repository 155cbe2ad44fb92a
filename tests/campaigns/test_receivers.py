from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from campaigns.models import Campaign, Delivery
from campaigns.sending.claims.claim import claim
from campaigns.sending.send import send_batch
from subscribers.consent.urls_in_mail import unsubscribe_url
from subscribers.models import Subscriber
from subscribers.signals import asked_whom_mail_reached


@pytest.mark.django_db(transaction=True)
def test_a_report_knows_who_left_by_a_link_of_the_campaign(
    sending: Campaign, client: Client
) -> None:
    send_batch(sending.pk)
    reader = Subscriber.objects.get(given_name="Reader0")

    answer = client.post(
        unsubscribe_url(reader.subscriptions.get().pk, sending.pk),
        {"List-Unsubscribe": "One-Click"},
    )

    assert answer.status_code == 200
    left = Delivery.objects.exclude(unsubscribed_at=None)
    assert [delivery.subscriber for delivery in left] == [reader]


def test_whom_mail_may_have_reached_is_said_and_nobody_else(sending: Campaign) -> None:
    claimed = claim(sending.pk, size=2)

    def answer(since_days: int) -> set[Any]:
        since = timezone.now() - timedelta(days=since_days)
        answers: list[tuple[Any, Any]] = [
            *asked_whom_mail_reached.send(sender=None, topic_id=sending.topic_id, since=since)
        ]
        return {subscriber_id for _, ids in answers for subscriber_id in ids}

    assert answer(1) == {delivery.subscriber_id for delivery in claimed.deliveries}
    assert answer(-1) == set()
