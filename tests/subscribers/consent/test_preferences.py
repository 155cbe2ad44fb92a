"""The preference centre's actions: each transition has its evidence."""

import pytest

from subscribers.consent.preferences import (
    TopicChanges,
    UnknownSubscriber,
    choose_topics,
    resume_campaigns,
)
from subscribers.consent.unsubscribe import unsubscribe_all
from subscribers.models import ConsentRecord, Subscriber, Topic
from subscribers.states import ConsentMethod, SubscriptionStatus, SuppressionReason
from subscribers.suppression.registry import active, suppress


def actions(subscriber: Subscriber) -> list[tuple[str, str]]:
    return list(
        ConsentRecord.objects.filter(digest=subscriber.digest)
        .order_by("id")
        .values_list("topic__slug", "action")
    )


def test_joining_and_leaving_are_recorded_and_repeating_changes_nothing(
    ada: Subscriber, topic: Topic, other_topic: Topic
) -> None:
    assert choose_topics(ada.pk, topics=[other_topic], words="I tick.") == TopicChanges(
        (other_topic,), (topic,)
    )
    assert choose_topics(ada.pk, topics=[other_topic], words="I tick.") == TopicChanges((), ())
    assert actions(ada) == [
        ("forums", "requested"),
        ("forums", "confirmed"),
        ("quarterly-meetings", "unsubscribed"),
    ]
    assert ConsentRecord.objects.filter(action="confirmed").get().words == "I tick."


def test_a_moderated_topic_is_not_joined_without_an_application(
    ada: Subscriber, topic: Topic
) -> None:
    moderated = Topic.objects.create(slug="legislators", name="Legislators", is_moderated=True)
    choose_topics(ada.pk, topics=[topic, moderated], words="I tick.")
    choose_topics(ada.pk, topics=[topic, moderated], words="I tick.")
    assert not ada.subscriptions.filter(topic=moderated).exists()
    assert actions(ada) == []


def test_coming_back_lifts_what_an_opt_in_lifts(ada: Subscriber, topic: Topic) -> None:
    unsubscribe_all(ada.pk, method=ConsentMethod.PREFERENCES)
    choose_topics(ada.pk, topics=[], words="I tick.")
    assert len(active(ada.digest)) == 1
    choose_topics(ada.pk, topics=[topic], words="I tick.")
    assert active(ada.digest) == []
    assert ada.subscriptions.get().status == SubscriptionStatus.CONFIRMED


def test_one_who_complained_can_have_emails_again(ada: Subscriber) -> None:
    told = suppress(ada.digest, reason=SuppressionReason.COMPLAINT).pk
    assert resume_campaigns(ada.pk, told=str(told), words="I tick.") is True
    assert resume_campaigns(ada.pk, told=str(told), words="I tick.") is True
    assert active(ada.digest) == []
    assert actions(ada) == [("quarterly-meetings", "confirmed")]


def test_nothing_is_lifted_where_no_topic_is_followed(ada: Subscriber) -> None:
    told = suppress(ada.digest, reason=SuppressionReason.COMPLAINT).pk
    ada.subscriptions.all().delete()
    assert resume_campaigns(ada.pk, told=str(told), words="I tick.") is False
    assert [suppression.pk for suppression in active(ada.digest)] == [told]
    assert actions(ada) == []


def test_nothing_is_lifted_that_is_newer_than_what_was_told(ada: Subscriber) -> None:
    told = suppress(ada.digest, reason=SuppressionReason.SOFT_BOUNCES).pk
    suppress(ada.digest, reason=SuppressionReason.COMPLAINT)
    assert resume_campaigns(ada.pk, told=str(told), words="I tick.") is False
    assert len(active(ada.digest)) == 2
    assert actions(ada) == []


def test_a_dead_mailbox_is_not_lifted(cleo: Subscriber, topic: Topic, other_topic: Topic) -> None:
    choose_topics(cleo.pk, topics=[topic, other_topic], words="I tick.")
    told = active(cleo.digest)[0].pk
    resume_campaigns(cleo.pk, told=str(told), words="I tick.")
    assert len(active(cleo.digest)) == 1


def test_nobody_is_known_by_that_id(db: None) -> None:
    with pytest.raises(UnknownSubscriber):
        choose_topics(0, topics=[], words="")
    with pytest.raises(UnknownSubscriber):
        resume_campaigns(0, told="", words="")
