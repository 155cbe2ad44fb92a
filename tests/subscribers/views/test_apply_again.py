"""Moderated topics in the preference centre: whoever doesn't follow one may apply, also again."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from newsletter.core.tokens import Purpose, make_expiring_token
from newsletter.models import Brand
from subscribers.applications.apply import NewApplication, apply
from subscribers.applications.decide import accept
from subscribers.consent.confirm import confirm
from subscribers.consent.end_memberships import end_memberships
from subscribers.consent.unsubscribe import unsubscribe
from subscribers.models import Application, Subscriber, Subscription, Topic
from subscribers.states import ConsentMethod, SubscriptionStatus

pytestmark = pytest.mark.django_db

LEFT = "You have left, or your membership ended. You can apply again."


@pytest.fixture
def legislators(brand: Brand) -> Topic:
    return Topic.objects.create(slug="legislators", name="Legislators", is_moderated=True)


def tie(person: Subscriber, topic: Topic, status: SubscriptionStatus) -> Subscription:
    return Subscription.objects.create(
        subscriber=person, topic=topic, status=status, changed_at=timezone.now()
    )


def page_of(client: Client, person: Subscriber, language: str = "en") -> str:
    token = make_expiring_token(Purpose.MANAGE, person.pk)
    return client.get(f"/{language}/preferences/{token}/").content.decode()


def offers(page: str, topic: Topic, language: str = "en") -> bool:
    return f'href="/{language}/join/?topic={topic.slug}"' in page


def test_a_topic_that_one_never_followed_is_offered_without_a_note(
    client: Client, ada: Subscriber, legislators: Topic
) -> None:
    page = page_of(client, ada)
    assert offers(page, legislators)
    assert LEFT not in page
    # There is no box for it: it is joined by an application.
    assert 'value="legislators"' not in page


@pytest.mark.parametrize(
    ("status", "note"),
    [
        (SubscriptionStatus.UNSUBSCRIBED, LEFT),
        (SubscriptionStatus.DECLINED, "Declined by our staff. You can ask again."),
        (SubscriptionStatus.PENDING, "Use the link in our email, or apply again."),
    ],
)
def test_whoever_doesnt_follow_it_any_more_may_apply_again(
    client: Client, ada: Subscriber, legislators: Topic, status: SubscriptionStatus, note: str
) -> None:
    tie(ada, legislators, status)
    page = page_of(client, ada)
    assert offers(page, legislators)
    assert note in page


@pytest.mark.parametrize(
    "status", [SubscriptionStatus.CONFIRMED, SubscriptionStatus.AWAITING_REVIEW]
)
def test_whoever_follows_it_or_waits_has_a_box_to_leave_it(
    client: Client, ada: Subscriber, legislators: Topic, status: SubscriptionStatus
) -> None:
    tie(ada, legislators, status)
    page = page_of(client, ada)
    assert not offers(page, legislators)
    assert 'value="legislators" checked' in page


@pytest.mark.parametrize(
    ("shown", "was_tied", "offered"),
    [
        ({"is_public": False, "is_unlisted": True}, True, True),
        ({"is_public": False, "is_unlisted": True}, False, False),
        ({"is_public": False}, True, False),
        ({"is_public": False, "is_restricted": True}, True, False),
    ],
)
def test_who_had_the_link_of_an_unlisted_topic_sees_it_and_no_other_is_shown(
    client: Client, ada: Subscriber, legislators: Topic, shown: dict[str, bool],
    was_tied: bool, offered: bool,
) -> None:  # fmt: skip
    Topic.objects.filter(pk=legislators.pk).update(**shown)
    if was_tied:
        tie(ada, legislators, SubscriptionStatus.UNSUBSCRIBED)
    assert offers(page_of(client, ada), legislators) is offered


def test_it_is_offered_in_the_language_of_the_page(
    client: Client, ada: Subscriber, legislators: Topic
) -> None:
    tie(ada, legislators, SubscriptionStatus.UNSUBSCRIBED)
    page = page_of(client, ada, "uk")
    assert offers(page, legislators, "uk")
    assert "Ви можете подати заявку знову" in page


@pytest.mark.parametrize("how", ["left", "ended"])
def test_from_a_membership_that_is_over_to_one_anew(
    client: Client, ada: Subscriber, legislators: Topic, sam: User, how: str
) -> None:
    subscription = tie(ada, legislators, SubscriptionStatus.CONFIRMED)
    if how == "left":
        unsubscribe(subscription.pk, method=ConsentMethod.PREFERENCES)
    else:
        yesterday = timezone.now().date() - timedelta(days=2)
        Subscription.objects.filter(pk=subscription.pk).update(member_until=yesterday)
        end_memberships()
    assert LEFT in page_of(client, ada)
    apply(
        NewApplication(
            email=ada.email, topic=legislators, full_name="Ada Lovelace", institution="Parliament",
            country="NZ", office="Member", reason="Elected again.", verification="The register.",
            language="en", words="I agree.",
        )
    )  # fmt: skip
    assert "Use the link in our email, or apply again." in page_of(client, ada)
    confirm(ada.pk, method=ConsentMethod.MAIL_LINK)
    accept(Application.objects.get().pk, by=sam)
    subscription.refresh_from_db()
    assert (subscription.status, subscription.member_until) == (SubscriptionStatus.CONFIRMED, None)
    assert not offers(page_of(client, ada), legislators)
