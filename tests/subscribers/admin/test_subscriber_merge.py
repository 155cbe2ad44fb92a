"""The page on which two records are merged shows first what comes of it, and tells nothing else."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from staff.roles import ROLES, Action, Role
from subscribers.admin.subscriber_merge import NOT_FOUND, NOT_NOW
from subscribers.models import Label, Subscriber, SubscriberLabel, Topic
from subscribers.need_to_know.grants import grant
from subscribers.people.merging.merge import merge
from subscribers.states import SubscriptionStatus, SuppressionReason
from subscribers.suppression.registry import suppress
from tests.conftest import MakeSubscriber
from tests.staff_members import browser_of, staff_member
from tests.subscribers.admin.pages import PEOPLE


@pytest.fixture
def work(make_subscriber: MakeSubscriber, other_topic: Topic) -> Subscriber:
    return make_subscriber("ada@parliament.example", topic=other_topic, institution="Senate")


@pytest.fixture
def managers(db: None, monkeypatch: pytest.MonkeyPatch) -> Client:
    """A client of staff who look after people, and may not see those in discreet mode."""
    helper = Role("Helper", "Helps.", frozenset({Action.SEE_PEOPLE, Action.EDIT_PEOPLE}))
    monkeypatch.setitem(ROLES, helper.name, helper)
    person = staff_member("lia")
    person.groups.add(Group.objects.create(name=helper.name))
    return browser_of(person)


def page(person: Subscriber) -> str:
    return reverse("admin:subscribers_subscriber_merge", args=[person.pk])


def look(client: Client, person: Subscriber, other: str, *, status: int = 200) -> str:
    answer = client.post(page(person), {"other": other, "look": "yes"})
    assert answer.status_code == status
    return unescape(answer.content.decode())


def seen(html: str) -> str:
    found = re.search(r'name="seen" value="(\w+)"', html)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("by", ["address", "number"])
def test_it_shows_what_would_happen_and_then_does_it(
    sams: Client, ada: Subscriber, work: Subscriber, by: str
) -> None:
    typed = {"address": f" {work.email} ", "number": str(work.pk)}[by]
    suppress(work.digest, reason=SuppressionReason.COMPLAINT)
    label = Label.objects.create(name="Speakers", key="speakers")
    SubscriberLabel.objects.create(subscriber=work, label=label, added_at=timezone.now())
    Subscriber.objects.filter(pk=work.pk).update(language="es")
    html = look(sams, ada, typed)
    for words in (
        "Taken over",
        "Senate",
        "Spanish",
        "Speakers",
        "because of the other record: reported as spam",
        "This can’t be undone.",
    ):
        assert words in html
    assert Subscriber.objects.filter(merged_into=None).count() == 2, "looking changes nothing"

    answer = sams.post(
        page(ada), {"other": work.pk, "seen": seen(html), "merge": "yes"}, follow=True
    )
    shown = answer.content.decode()
    assert "Merged. Nothing is sent to the other address any more." in shown
    assert work.email in shown, "the page of the person names the other address"
    work.refresh_from_db()
    assert work.merged_into == ada


def test_the_other_address_may_stay_instead(
    sams: Client, ada: Subscriber, work: Subscriber
) -> None:
    html = look(sams, ada, work.email)
    assert f'formaction="{page(work)}"' in html
    answer = sams.post(page(work), {"other": [work.pk, ada.pk], "seen": seen(html)})
    swapped = unescape(answer.content.decode())
    assert f'<strong dir="auto">{work.email}</strong> stays.' in swapped
    assert not Subscriber.objects.filter(merged_into__isnull=False).exists()


def test_names_that_differ_are_pointed_out(
    sams: Client, ada: Subscriber, dora: Subscriber, work: Subscriber
) -> None:
    words = "The names differ."
    assert words in look(sams, ada, dora.email)
    assert words not in look(sams, ada, work.email)


def test_nothing_is_merged_that_wasnt_seen(sams: Client, ada: Subscriber, work: Subscriber) -> None:
    html = look(sams, ada, work.email)
    suppress(work.digest, reason=SuppressionReason.COMPLAINT)
    answer = sams.post(page(ada), {"other": work.pk, "seen": seen(html), "merge": "yes"})
    assert answer.status_code == 422
    assert "Something has changed" in answer.content.decode()
    assert not Subscriber.objects.filter(merged_into__isnull=False).exists()


def test_it_says_why_two_records_cant_be_merged(
    sams: Client, ada: Subscriber, work: Subscriber, dora: Subscriber
) -> None:
    merge(dora.pk, work.pk, by="sam")
    for typed, words in (
        ("", "Enter an email address or a number."),
        ("nobody", "Enter a whole email address, or a number."),
        ("nobody@example.org", NOT_FOUND),
        ("0", NOT_FOUND),
        (ada.email.upper(), "This is the same record."),
        (str(ada.pk), "This is the same record."),
        (work.email, "was merged with another already"),
    ):
        assert words in look(sams, ada, typed, status=422)


def test_the_page_of_a_merged_record_leads_to_the_one_that_stays(
    sams: Client, ada: Subscriber, work: Subscriber
) -> None:
    merge(ada.pk, work.pk, by="sam")
    answer = sams.get(f"{PEOPLE}{work.pk}/change/")
    assert answer.url == f"{PEOPLE}{ada.pk}/change/"  # type: ignore[attr-defined] # a redirect
    assert sams.get(page(work)).status_code == 404
    for action in ("leave", "suppress", "note", "death"):
        name = reverse(f"admin:subscribers_subscriber_{action}", args=[work.pk])
        assert sams.post(name).status_code == 404


def test_the_list_has_one_record_of_them_which_both_addresses_find(
    sams: Client, ada: Subscriber, work: Subscriber
) -> None:
    merge(ada.pk, work.pk, by="sam")
    for query in ("", "?q=ada", f"?q={work.email}", f"?q={ada.email}"):
        html = sams.get(f"{PEOPLE}{query}").content.decode()
        assert f"/{ada.pk}/change/" in html
        assert f"/{work.pk}/change/" not in html


@pytest.fixture
def secret(other_topic: Topic) -> Topic:
    Topic.objects.filter(pk=other_topic.pk).update(is_restricted=True, is_public=False)
    other_topic.refresh_from_db()
    return other_topic


@pytest.mark.parametrize("whose", ["kept", "merged"])
def test_whoever_may_not_know_of_a_topic_merges_none_of_its_people_and_learns_nothing(
    sams: Client, ada: Subscriber, dora: Subscriber, secret: Topic, sam: User, whose: str
) -> None:
    """Otherwise emails about it could be led to another mailbox."""
    person = {"kept": ada, "merged": dora}[whose]
    person.subscriptions.create(
        topic=secret, status=SubscriptionStatus.CONFIRMED, changed_at=timezone.now()
    )
    html = look(sams, ada, dora.email, status=422)
    assert NOT_NOW in html
    assert secret.name not in html
    answer = sams.post(page(ada), {"other": dora.pk, "seen": "0" * 32, "merge": "yes"})
    assert answer.status_code == 422
    assert not Subscriber.objects.filter(merged_into__isnull=False).exists()
    grant(secret, sam, until=timezone.now() + timedelta(days=1), by="max")
    assert secret.name in look(sams, ada, dora.email)


def test_somebody_hidden_is_as_unknown_as_a_stranger(
    sams: Client, ada: Subscriber, work: Subscriber, secret: Topic
) -> None:
    for typed in (work.email, str(work.pk)):
        assert NOT_FOUND in look(sams, ada, typed, status=422)
    assert sams.get(page(work)).status_code == 404


def test_somebody_in_discreet_mode_isnt_found_by_whoever_may_not_see_them(
    managers: Client, ada: Subscriber, work: Subscriber
) -> None:
    Subscriber.objects.filter(pk=work.pk).update(discreet_since=timezone.now())
    assert NOT_FOUND in look(managers, ada, work.email, status=422)
    assert managers.get(page(work)).status_code == 403


def test_who_may_only_look_merges_nothing(
    readers_only: Client, ada: Subscriber, work: Subscriber
) -> None:
    assert readers_only.get(page(ada)).status_code == 403
    assert readers_only.post(page(ada), {"other": work.pk}).status_code == 403
    assert (
        "Merge with another" not in readers_only.get(f"{PEOPLE}{ada.pk}/change/").content.decode()
    )
