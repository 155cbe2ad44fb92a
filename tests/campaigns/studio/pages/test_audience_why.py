"""“Why is this person in, or not?”: the same conditions, for one address."""

import re

import pytest
from django.test import Client

from campaigns.audience.resolve import RECEIVE, estimate, fate_of
from campaigns.audience.why import why
from campaigns.content.edit import save_audience
from campaigns.models import Campaign
from subscribers.models import Subscriber, Subscription, Topic
from tests.campaigns.conftest import MakeFollowers
from tests.campaigns.studio.page_helpers import page
from tests.conftest import MakeSubscriber

RULE = {
    "match": "all",
    "conditions": [
        {"kind": "country", "countries": ["AL", "XK"]},
        {"kind": "language", "languages": ["en"]},
    ],
    "except": [{"kind": "topic", "topic": "forums"}],
}


@pytest.fixture
def narrowed(draft: Campaign, other_topic: Topic) -> Campaign:
    save_audience(draft, countries=[], languages=[], conditions=RULE)
    return draft


def ask(browser: Client, campaign: Campaign, address: str) -> str:
    html = browser.post(page("audience_why", campaign), {"address": address}).content.decode()
    answer = html.partition('id="why"')[2].partition("</section>")[0]
    return " ".join(re.sub(r'name="csrf\S+" value="\w+"', "", answer).split())


def test_somebody_who_is_in_is_told_so_with_each_condition(
    sams: Client, narrowed: Campaign, topic: Topic, make_subscriber: MakeSubscriber
) -> None:
    make_subscriber("in@example.org", topic=topic, country="XK", language="en-gb")
    html = ask(sams, narrowed, "In@Example.org")
    assert "included: they would get this email" in html
    assert "are from Albania or Kosovo: <strong>yes</strong>" in html
    assert "Exception: follow “Forums”: <strong>no</strong>" in html


def test_somebody_who_is_not_in_is_told_the_reason_that_counts(
    sams: Client, narrowed: Campaign, topic: Topic, make_subscriber: MakeSubscriber
) -> None:
    make_subscriber("out@example.org", topic=topic, country="XK", language="fr")
    html = ask(sams, narrowed, "out@example.org")
    assert "not included: not among those who read English" in html
    assert "read English: <strong>no</strong>" in html


def test_each_has_the_reason_under_which_they_are_counted(
    narrowed: Campaign,
    ada: Subscriber,
    ben: Subscriber,
    cleo: Subscriber,
    dora: Subscriber,
    followers: MakeFollowers,
) -> None:
    made = followers(4)
    Subscriber.objects.filter(pk__in=[each.pk for each in made[:3]]).update(country="AL")
    Subscriber.objects.filter(pk=cleo.pk).update(country="AL")
    counted: dict[str, int] = {}
    for person in Subscriber.objects.all():
        fate = fate_of(narrowed, person)
        assert fate is not None
        counted[fate] = counted.get(fate, 0) + 1
        assert why(narrowed, person).is_in is (fate == RECEIVE)
    found = estimate(narrowed)
    assert counted == {RECEIVE: found.receive, **found.left_out}
    assert found.receive == 3


def test_nobody_hidden_is_given_away(
    sams: Client, narrowed: Campaign, other_topic: Topic, make_subscriber: MakeSubscriber
) -> None:
    make_subscriber("hidden@example.org", topic=other_topic, country="XK")
    Topic.objects.filter(pk=other_topic.pk).update(is_restricted=True, is_public=False)
    hidden = ask(sams, narrowed, "hidden@example.org")
    unknown = ask(sams, narrowed, "unknown@example.org")
    assert "not known from any topic that you see" in hidden
    assert hidden.replace("hidden@", "unknown@") == unknown.replace("hidden@", "unknown@")


def test_somebody_of_another_topic_is_told_apart_from_nobody(
    sams: Client, narrowed: Campaign, other_topic: Topic, make_subscriber: MakeSubscriber
) -> None:
    make_subscriber("other@example.org", topic=other_topic)
    assert "never subscribed to this topic" in ask(sams, narrowed, "other@example.org")


def test_no_address_is_said_in_words(sams: Client, narrowed: Campaign) -> None:
    for typed in ("", "nobody", "a@b@c", "\x00@example.org", "x" * 400):
        answer = sams.post(page("audience_why", narrowed), {"address": typed})
        assert answer.status_code == 422
        assert "why-error" in answer.content.decode()


def test_only_who_may_see_people_may_ask(
    wrens: Client, narrowed: Campaign, topic: Topic, make_subscriber: MakeSubscriber
) -> None:
    make_subscriber("in@example.org", topic=topic, country="XK")
    assert "Why is this person" not in wrens.get(page("audience", narrowed)).content.decode()
    answer = wrens.post(page("audience_why", narrowed), {"address": "in@example.org"})
    assert answer.status_code == 403


def test_asking_changes_nothing(
    sams: Client, narrowed: Campaign, topic: Topic, make_subscriber: MakeSubscriber
) -> None:
    make_subscriber("in@example.org", topic=topic, country="XK")
    before = list(Subscription.objects.values())
    ask(sams, narrowed, "in@example.org")
    assert list(Subscription.objects.values()) == before
