"""What is kept of the preference centre is made anew as soon as what it shows has changed."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from newsletter.models import Brand
from newsletter.public_pages.page_for_one import PAGES_FOR_ONE
from subscribers.consent.urls_in_mail import manage_url
from subscribers.models import Body, Subscriber, Subscription, Suppression, Topic
from subscribers.states import SubscriptionStatus, SuppressionReason, SuppressionScope
from tests.conftest import MakeSubscriber


def by_sql(statement: str) -> Callable[[], None]:
    """Return a change by another program, of which this process hears nothing."""

    def change() -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)

    return change


CHANGES: list[tuple[Callable[[], object], str]] = [
    (lambda: Topic.objects.update(name="Renamed"), "Renamed"),
    (lambda: Topic.objects.create(slug="new", name="Newly made"), "Newly made"),
    (by_sql("UPDATE subscribers_topic SET description = 'Told by SQL'"), "Told by SQL"),
    (lambda: Body.objects.create(code="XA", name="Council of Examples"), "Council of Examples"),
    (lambda: Brand.objects.update(name="The New Taskforce"), "email from The New Taskforce about"),
    (by_sql("UPDATE newsletter_brand SET name = 'Named by SQL'"), "email from Named by SQL about"),
]


def path(subscriber: Subscriber) -> str:
    return "/" + manage_url(subscriber).split("/", 3)[3]


def read(client: Client, subscriber: Subscriber) -> str:
    return read_path(client, path(subscriber))


def read_path(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize(("change", "words"), CHANGES)
def test_a_change_shows_at_once(
    client: Client, brand: Brand, ada: Subscriber, change: Callable[[], object], words: str
) -> None:
    assert words not in read(client, ada)

    change()

    assert words in read(client, ada)


def test_a_topic_that_became_need_to_know_shows_to_who_follows_it_alone(
    client: Client, brand: Brand, ada: Subscriber, make_subscriber: MakeSubscriber, topic: Topic,
    other_topic: Topic,
) -> None:  # fmt: skip
    eve = make_subscriber("eve@example.com", topic=other_topic)
    assert topic.name in read(client, eve)

    Topic.objects.filter(pk=topic.pk).update(is_public=False, is_restricted=True)

    assert topic.name in read(client, ada)
    assert topic.name not in read(client, eve)


STATES: list[dict[str, object]] = [
    {},
    {"full_name": ""},
    {"given_name": ""},
    {"greeting": "salutation", "salutation": "Senator Okoro"},
    {"greeting": "full_name"},
    {"country": "SU"},
    {"country": ""},
    {"time_zone": ""},
    {"time_zone": "Mars/Olympus_Mons"},
    {"language": "uk"},
    {"language": "tlh"},
    {"paused_until": timezone.now() + timedelta(days=90)},
    {"paused_until": timezone.now() - timedelta(days=90)},
    {"discreet_since": timezone.now()},
]
STATUSES = [
    None,
    SubscriptionStatus.CONFIRMED,
    SubscriptionStatus.AWAITING_REVIEW,
    SubscriptionStatus.UNSUBSCRIBED,
]


@pytest.mark.thorough(sample=2)
@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("is_held_back", [False, True])
def test_the_page_of_one_person_is_made_of_another_s_without_a_trace(
    client: Client, brand: Brand, ada: Subscriber, topic: Topic, other_topic: Topic,
    status: SubscriptionStatus | None, is_held_back: bool,
) -> None:  # fmt: skip
    """Each state is shown as it is made, and from what other states have left."""
    Topic.objects.create(slug="group", name="Working group", is_moderated=True)
    if status is None:
        Subscription.objects.all().delete()
    else:
        Subscription.objects.update(status=status)
    if is_held_back:
        Suppression.objects.create(
            digest=ada.digest,
            reason=SuppressionReason.COMPLAINT,
            scope=SuppressionScope.BULK,
        )
    given = {name: getattr(ada, name) for state in STATES for name in state}
    link, made = path(ada) + ("?saved=yes" if is_held_back else "?language=ar"), []
    for state in STATES:
        Subscriber.objects.update(**{**given, **state})
        PAGES_FOR_ONE.clear()
        made.append(read_path(client, link))
    PAGES_FOR_ONE.clear()
    for state, expected in [*zip(STATES, made, strict=True)] * 2:
        Subscriber.objects.update(**{**given, **state})
        assert read_path(client, link) == expected, state
