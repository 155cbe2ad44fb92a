"""The page of a person: details are corrected, and all else is done by actions."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from newsletter.models import AuditEntry
from subscribers.models import (
    ConsentRecord,
    Subscriber,
    Subscription,
    Suppression,
    Topic,
    TopicGrant,
)
from subscribers.need_to_know.grants import grant
from subscribers.states import SubscriptionStatus, SuppressionReason
from subscribers.suppression.registry import suppress
from tests.subscribers.admin.pages import PEOPLE, SUPPRESSIONS


def test_a_persons_page_shows_what_they_agreed_to(
    sams: Client, ada: Subscriber, topic: Topic
) -> None:
    ConsentRecord.objects.create(
        digest=ada.digest,
        topic=topic,
        action="confirmed",
        method="form",
        former_words="I <agree> to this.",
        given_at=ada.created_at,
    )
    html = sams.get(f"{PEOPLE}{ada.pk}/change/").content.decode()
    assert "I &lt;agree&gt; to this." in html
    assert "Quarterly meetings" in html


@pytest.mark.parametrize(
    ("reasons", "words"),
    [
        ([], "Yes"),
        (["complaint"], "<strong>No campaigns</strong>, only emails about their subscription."),
        (["hard_bounce"], "<strong>No email.</strong> Mailbox does not exist"),
        (
            ["complaint", "hard_bounce"],
            "<strong>No email.</strong> Reported as spam; Mailbox does not exist",
        ),
    ],
)
def test_a_persons_page_says_which_emails_they_get(
    sams: Client, ada: Subscriber, reasons: list[str], words: str
) -> None:
    for reason in reasons:
        suppress(ada.digest, reason=SuppressionReason(reason))
    assert words in sams.get(f"{PEOPLE}{ada.pk}/change/").content.decode()


def test_the_list_names_languages_in_words(sams: Client, ada: Subscriber) -> None:
    Subscriber.objects.update(language="uk")
    people = sams.get(PEOPLE).content.decode()
    assert "Ukrainian" in people


def test_the_pages_that_ask_lead_back_to_their_lists(
    sams: Client, ada: Subscriber, cleo: Subscriber
) -> None:
    suppression = Suppression.objects.get()
    for address, back in [
        (f"{PEOPLE}{ada.pk}/erase/", PEOPLE),
        (f"{SUPPRESSIONS}{suppression.pk}/lift/", SUPPRESSIONS),
    ]:
        crumbs = sams.get(address).content.decode().partition('aria-label="Breadcrumb"')[2]
        assert f'href="{back}"' in crumbs.partition("</nav>")[0]


def test_the_address_and_the_status_are_not_edited_by_hand(sams: Client, ada: Subscriber) -> None:
    fields = {
        "full_name": "Ada King",
        "given_name": "Ada",
        "institution": "",
        "language": "en",
        "country": "GB",
        "time_zone": "Europe/London",
    }
    answer = sams.post(
        f"{PEOPLE}{ada.pk}/change/",
        {**fields, "email": "eve@example.org", "digest": "0" * 64, "status": "unsubscribed"},
    )
    assert answer.status_code == 302
    ada.refresh_from_db()
    assert (ada.full_name, ada.time_zone, ada.email) == (
        "Ada King",
        "Europe/London",
        "ada@example.nz",
    )
    assert ada.subscriptions.get().status == SubscriptionStatus.CONFIRMED


def test_a_new_name_brings_a_new_guess_and_a_language_is_chosen_from_all(
    sams: Client, ada: Subscriber
) -> None:
    fields = {
        "full_name": "Augusta King",
        "given_name": "Ada",
        "institution": "",
        "language": "pt-br",
        "country": "NZ",
        "time_zone": "",
    }
    sams.post(f"{PEOPLE}{ada.pk}/change/", fields)
    ada.refresh_from_db()
    assert (ada.full_name, ada.given_name, ada.language) == ("Augusta King", "Augusta", "pt-br")
    # One that was imported, and that nobody here has a name for, stays.
    Subscriber.objects.filter(pk=ada.pk).update(language="qaa-xx")
    sams.post(f"{PEOPLE}{ada.pk}/change/", fields | {"language": "qaa-xx", "country": "AU"})
    ada.refresh_from_db()
    assert (ada.country, ada.language) == ("AU", "qaa-xx")


@pytest.mark.parametrize("field", ["country", "time_zone"])
def test_a_place_that_is_not_known_is_called_unknown(
    sams: Client, ada: Subscriber, field: str
) -> None:
    html = sams.get(f"{PEOPLE}{ada.pk}/change/").content.decode()
    menu = html.partition(f'<select name="{field}"')[2].partition("</select>")[0]
    assert re.findall(r'<option value=""[^>]*>([^<]*)<', menu) == ["Unknown"]


@pytest.mark.parametrize(
    "changes",
    [
        {"time_zone": "Mars/Olympus"},
        {"language": "en\nx"},
        {"language": "<b>"},
        {"country": "ZZZ"},
        {"full_name": "x" * 999},
    ],
)
def test_what_can_not_be_true_of_a_person_is_refused(
    sams: Client, ada: Subscriber, changes: dict[str, str]
) -> None:
    fields = {
        "full_name": "Ada",
        "given_name": "",
        "institution": "",
        "language": "en",
        "country": "NZ",
        "time_zone": "",
    }
    answer = sams.post(f"{PEOPLE}{ada.pk}/change/", {**fields, **changes})
    assert answer.status_code == 200
    assert list(answer.context["adminform"].form.errors) == list(changes)


def test_nobody_is_added_or_deleted_by_hand(sams: Client, ada: Subscriber) -> None:
    assert sams.get(f"{PEOPLE}add/").status_code == 403
    assert sams.post(f"{PEOPLE}{ada.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Subscriber.objects.count() == 1


def test_staff_unsubscribe_somebody_who_asks(sams: Client, ada: Subscriber) -> None:
    address = reverse("admin:subscribers_subscriber_leave", args=[ada.pk])
    assert sams.get(address)["Location"] == f"{PEOPLE}{ada.pk}/change/"
    assert not Suppression.objects.exists()
    sams.post(address)
    assert ada.subscriptions.get().status == SubscriptionStatus.UNSUBSCRIBED
    assert Suppression.objects.get().reason == SuppressionReason.UNSUBSCRIBED_ALL
    record = ConsentRecord.objects.get()
    assert (record.method, record.staff) == ("staff", "sam")
    assert sams.post(address).status_code == 302


def test_staff_suppress_an_address_with_a_note(sams: Client, ada: Subscriber) -> None:
    address = reverse("admin:subscribers_subscriber_suppress", args=[ada.pk])
    for method in (sams.get, sams.head):
        assert method(address)["Location"] == f"{PEOPLE}{ada.pk}/change/"
    assert not Suppression.objects.exists()
    sams.post(
        address,
        {"note": "asked by phone\x00" + "x" * 900},
    )
    suppression = Suppression.objects.get()
    assert suppression.reason == SuppressionReason.STAFF
    assert suppression.note.startswith("sam: asked by phone")


def test_staff_are_told_that_a_second_reason_for_a_block_is_not_saved(
    sams: Client, ada: Subscriber
) -> None:
    suppress = reverse("admin:subscribers_subscriber_suppress", args=[ada.pk])
    first, second = (
        sams.post(suppress, {"note": note}, follow=True).content.decode()
        for note in ("by phone", "by letter")
    )
    assert "Blocked. This address will receive no email." in first
    assert "Your reason was not saved" in second
    assert "Blocked. This" not in second
    form = sams.post(f"{SUPPRESSIONS}add/", {"address": ada.email, "note": "by letter"})
    assert form.status_code == 200
    assert "Staff have already blocked this address." in form.content.decode()
    assert Suppression.objects.get().note == "sam: by phone"


def test_erasing_asks_first(sams: Client, ada: Subscriber) -> None:
    address = reverse("admin:subscribers_subscriber_erase", args=[ada.pk])
    assert "can’t be undone" in sams.get(address).content.decode()
    assert Subscriber.objects.filter(pk=ada.pk).exists()
    sams.post(address)
    assert not Subscriber.objects.filter(pk=ada.pk).exists()
    assert Suppression.objects.get(digest=ada.digest).reason == SuppressionReason.ERASED
    again = sams.post(address, follow=True)
    assert again.status_code == 200
    assert "this subscriber was already erased." in again.content.decode()
    assert sams.get(address).status_code == 404


def test_who_may_only_look_can_do_nothing(readers_only: Client, ada: Subscriber) -> None:
    html = readers_only.get(f"{PEOPLE}{ada.pk}/change/").content.decode()
    assert "ada@example.nz" in html
    assert "At this person" not in html
    for name in ("leave", "suppress", "erase"):
        assert (
            readers_only.post(
                reverse(f"admin:subscribers_subscriber_{name}", args=[ada.pk])
            ).status_code
            == 403
        )
    assert (
        readers_only.get(reverse("admin:subscribers_subscriber_erase", args=[ada.pk])).status_code
        == 403
    )
    assert Subscriber.objects.filter(pk=ada.pk).exists()


@pytest.mark.parametrize("field", ["full_name", "given_name"])
def test_staff_are_told_that_a_web_address_is_no_name(
    sams: Client, ada: Subscriber, field: str
) -> None:
    said = {
        "full_name": ada.full_name,
        "given_name": ada.given_name,
        "language": "en",
        "country": "NZ",
        "time_zone": ada.time_zone,
    }
    response = sams.post(f"{PEOPLE}{ada.pk}/change/", {**said, field: "evil.com"})
    assert response.status_code == 200
    assert "A name can’t contain a web or email address" in response.content.decode()
    ada.refresh_from_db()
    assert (ada.full_name, ada.given_name) == ("Ada Lovelace", "Ada")


@pytest.fixture
def inner(topic: Topic, ada: Subscriber, sam: User) -> Subscription:
    """Ada's membership of a need-to-know topic that Sam is granted."""
    restricted = Topic.objects.create(
        slug="inner", name="Inner circle", is_public=False, is_restricted=True
    )
    now = timezone.now()
    grant(restricted, sam, until=now + timedelta(days=9), by="max")
    return Subscription.objects.create(
        subscriber=ada, topic=restricted, status=SubscriptionStatus.CONFIRMED, changed_at=now
    )


def test_staff_set_the_last_day_of_a_membership(
    sams: Client, ada: Subscriber, inner: Subscription
) -> None:
    page = f"{PEOPLE}{ada.pk}/change/"
    assert 'aria-label="Member of Inner circle until"' in sams.get(page).content.decode()
    save = reverse("admin:subscribers_subscriber_member_until", args=[ada.pk])
    assert sams.get(save)["Location"] == page
    for typed, words in [
        ("2036-06-30", "The membership ends after 30 June 2036."),
        ("2036-06-30", "this was its last day already."),
        ("2020-01-01", "This day has passed."),
        ("2136-06-30", "This day is more than 20 years away."),
        ("31.02.", "Enter a date."),
        ("", "The membership has no end."),
    ]:
        fields = {"subscription": str(inner.pk), "day": typed}
        assert words in sams.post(save, fields, follow=True).content.decode()
    inner.refresh_from_db()
    assert inner.member_until is None


def test_a_membership_that_may_not_be_known_or_is_anothers_is_not_there(
    sams: Client, ada: Subscriber, ben: Subscriber, inner: Subscription
) -> None:
    for person in (ada, ben):
        save = reverse("admin:subscribers_subscriber_member_until", args=[person.pk])
        if person is ada:
            TopicGrant.objects.update(revoked_at=timezone.now())
        fields = {"subscription": str(inner.pk), "day": "2036-06-30"}
        assert sams.post(save, fields).status_code == 404
        assert sams.post(save, {"subscription": "x", "day": ""}).status_code == 404


def test_what_is_said_of_unsubscribing_tells_nothing_of_a_hidden_topic(
    sams: Client, ada: Subscriber, inner: Subscription, topic: Topic
) -> None:
    TopicGrant.objects.update(revoked_at=timezone.now())
    Subscription.objects.filter(topic=topic).update(status=SubscriptionStatus.UNSUBSCRIBED)
    address = reverse("admin:subscribers_subscriber_leave", args=[ada.pk])
    page = sams.post(address, follow=True).content.decode()
    assert "This person was not subscribed to any topic." in page
    inner.refresh_from_db()
    assert inner.status == SubscriptionStatus.UNSUBSCRIBED


def test_looking_at_somebody_of_a_need_to_know_topic_is_recorded(
    sams: Client, ada: Subscriber, ben: Subscriber, inner: Subscription
) -> None:
    viewed = AuditEntry.objects.filter(action="need_to_know.viewed")
    for person in (ada, ada, ben):
        sams.get(f"{PEOPLE}{person.pk}/change/")
    assert [entry.object_id for entry in viewed] == [str(ada.pk)]
    TopicGrant.objects.update(revoked_at=timezone.now())
    viewed.delete()
    sams.get(f"{PEOPLE}{ada.pk}/change/")
    assert not viewed.exists(), "without a grant nothing need-to-know is on the page"


def test_a_persons_page_says_until_when_they_have_paused(sams: Client, ada: Subscriber) -> None:
    until = timezone.now() + timedelta(days=30)
    Subscriber.objects.update(paused_until=until, time_zone="")
    page = sams.get(f"{PEOPLE}{ada.pk}/change/").content.decode()
    assert f"<strong>No campaigns</strong> before {until:%-d %B %Y}, as they asked." in page
