"""What is hidden from whom, and from when on."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.utils import timezone

from subscribers.models import (
    ConsentRecord,
    ImportBatch,
    Subscriber,
    Subscription,
    Suppression,
    Topic,
    TopicGrant,
)
from subscribers.need_to_know.hidden import (
    hidden_topics,
    is_hidden_person,
    visible_consent_records,
    visible_imports,
    visible_subscribers,
    visible_subscriptions,
    visible_suppressions,
    visible_topics,
)
from subscribers.states import (
    ConsentAction,
    ConsentMethod,
    SubscriptionStatus,
    SuppressionReason,
    SuppressionScope,
)


def again(account: User) -> User:
    """Return the account as the next request loads it."""
    return User.objects.get(pk=account.pk)


def test_a_topic_is_hidden_from_whoever_is_not_granted_it(
    restricted: Topic, topic: Topic, grace: User, eve: User
) -> None:
    assert hidden_topics(grace) == frozenset()
    assert hidden_topics(eve) == {restricted.pk}
    assert hidden_topics(AnonymousUser()) == {restricted.pk}
    assert list(visible_topics(eve)) == [topic]


def test_an_administrator_is_not_exempt(restricted: Topic, sam: User) -> None:
    assert hidden_topics(sam) == {restricted.pk}


def test_a_grant_ends_by_itself_and_hides_the_next_request(restricted: Topic, grace: User) -> None:
    assert not hidden_topics(grace)
    TopicGrant.objects.update(
        created_at=timezone.now() - timedelta(days=1), until=timezone.now() - timedelta(seconds=1)
    )
    assert not hidden_topics(grace), "the page that is being made stays whole"
    assert hidden_topics(again(grace)) == {restricted.pk}


def test_a_revoked_grant_and_an_inactive_account_see_nothing(
    restricted: Topic, grace: User
) -> None:
    User.objects.filter(pk=grace.pk).update(is_active=False)
    assert hidden_topics(again(grace)) == {restricted.pk}
    User.objects.filter(pk=grace.pk).update(is_active=True)
    TopicGrant.objects.update(revoked_at=timezone.now())
    assert hidden_topics(again(grace)) == {restricted.pk}


def test_somebody_tied_to_hidden_topics_alone_is_hidden(
    greta: Subscriber, ada: Subscriber, eve: User, grace: User
) -> None:
    assert set(visible_subscribers(eve)) == {ada}
    assert set(visible_subscribers(grace)) == {ada, greta}


@pytest.mark.parametrize("status", [SubscriptionStatus.CONFIRMED, SubscriptionStatus.UNSUBSCRIBED])
def test_somebody_tied_to_another_topic_is_seen_without_the_hidden_tie(
    status: SubscriptionStatus,
    restricted: Topic,
    ada: Subscriber,
    dora: Subscriber,
    eve: User,
    grace: User,
) -> None:
    for person in (ada, dora):
        Subscription.objects.create(
            subscriber=person, topic=restricted, status=status, changed_at=timezone.now()
        )
    assert set(visible_subscribers(eve)) == {ada, dora}
    assert visible_subscriptions(eve).count() == 2
    assert visible_subscriptions(grace).count() == 4


def test_somebody_without_any_tie_is_seen(ada: Subscriber, restricted: Topic, eve: User) -> None:
    ada.subscriptions.all().delete()
    assert list(visible_subscribers(eve)) == [ada]


def test_somebody_known_by_consent_to_hidden_topics_alone_is_hidden(
    ada: Subscriber, restricted: Topic, topic: Topic, eve: User, grace: User
) -> None:
    ada.subscriptions.all().delete()
    ConsentRecord.objects.all().delete()
    consent(ada.digest, restricted)
    assert not visible_subscribers(eve).exists()
    assert list(visible_subscribers(grace)) == [ada]
    consent(ada.digest, topic)
    assert list(visible_subscribers(eve)) == [ada]


def consent(digest: str, topic: Topic) -> None:
    ConsentRecord.objects.create(
        digest=digest,
        topic=topic,
        action=ConsentAction.IMPORTED,
        method=ConsentMethod.IMPORT,
        given_at=timezone.now(),
    )


def test_consent_records_and_imports_go_with_their_topic(
    restricted: Topic, topic: Topic, eve: User, grace: User
) -> None:
    for each in (restricted, topic):
        consent("d", each)
        ImportBatch.objects.create(topic=each, file_name="x.csv", file_digest="0" * 64)
    assert [each.topic for each in visible_consent_records(eve)] == [topic]
    assert [each.topic for each in visible_imports(eve)] == [topic]
    assert visible_consent_records(grace).count() == visible_imports(grace).count() == 2


def suppress(digest: str, reason: SuppressionReason) -> Suppression:
    return Suppression.objects.create(digest=digest, reason=reason, scope=SuppressionScope.ALL)


def test_a_suppression_of_somebody_hidden_is_hidden_but_for_a_block_by_staff(
    greta: Subscriber, cleo: Subscriber, eve: User, grace: User
) -> None:
    bounced = suppress(greta.digest, SuppressionReason.HARD_BOUNCE)
    blocked = suppress(greta.digest, SuppressionReason.STAFF)
    stranger = suppress("f" * 64, SuppressionReason.COMPLAINT)
    of_cleo = Suppression.objects.get(digest=cleo.digest)
    assert set(visible_suppressions(eve)) == {blocked, stranger, of_cleo}
    assert set(visible_suppressions(grace)) == {bounced, blocked, stranger, of_cleo}


def test_somebody_hidden_stays_so_after_an_erasure(
    restricted: Topic, greta: Subscriber, eve: User
) -> None:
    suppress(greta.digest, SuppressionReason.ERASED)
    consent(greta.digest, restricted)
    greta.delete()
    assert not visible_suppressions(eve).exists()
    hidden = is_hidden_person({restricted.pk}, digest="digest")
    assert Suppression.objects.filter(hidden).exists()
