"""The staff pages of people, topics, suppressions and imports."""

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from newsletter.core.addresses import address_digest
from subscribers.models import ConsentRecord, Subscriber, Subscription, Suppression, Topic
from subscribers.states import SubscriptionStatus, SuppressionReason
from subscribers.suppression.registry import suppress
from tests.conftest import MakeSubscriber

PEOPLE = "/staff/subscribers/subscriber/"
SUPPRESSIONS = "/staff/subscribers/suppression/"


@pytest.fixture
def readers_only(db: None) -> Client:
    """A client of staff who may look at people, and no more."""
    user = User.objects.create_user("rae", is_staff=True)
    user.user_permissions.set(
        Permission.objects.filter(codename__in=["view_subscriber", "view_suppression"])
    )
    client = Client()
    client.force_login(user)
    return client


def listed(client: Client, **query: str) -> list[str]:
    return [str(subscriber) for subscriber in client.get(PEOPLE, query).context["cl"].result_list]


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Ben Okri", "ben okri"),
        ("Ben Okri", "Okri"),
        ("Ben Okri", " OKRI,  ben "),
        ("Ben Okri", "okr"),
        ("Élodie Grosžús", "élodie"),
        ("Élodie Grosžús", "GROSŽÚS"),
        ("Jean-Luc d'Arc", "d'arc"),
        ("Олена Пчілка", "пчілка"),
        ("أمينة الخطيب", "الخطيب"),
        ("李小龍", "李"),
    ],
)
def test_a_person_is_found_by_any_part_of_their_name(
    sams: Client,
    ada: Subscriber,
    make_subscriber: MakeSubscriber,
    other_topic: Topic,
    name: str,
    typed: str,
) -> None:
    make_subscriber("found@example.org", topic=other_topic, full_name=name)
    assert listed(sams, q=typed) == ["found@example.org"]


@pytest.mark.parametrize("typed", ["Ben Lovelace", "%", "_", "B%n", "100%", "\\"])
def test_a_name_is_found_by_all_words_taken_literally(
    sams: Client, ada: Subscriber, ben: Subscriber, typed: str
) -> None:
    assert listed(sams, q=typed) == []


def test_the_given_name_that_staff_put_right_is_found_too(sams: Client, ada: Subscriber) -> None:
    Subscriber.objects.filter(pk=ada.pk).update(given_name="Augusta")
    assert listed(sams, q="augusta") == ["ada@example.nz"]


def test_a_person_is_found_by_address_whatever_its_case(
    sams: Client, ada: Subscriber, ben: Subscriber
) -> None:
    assert listed(sams, q=" ADA@example.NZ ") == ["ada@example.nz"]


def test_a_person_is_found_by_how_the_address_begins(
    sams: Client, ada: Subscriber, ben: Subscriber
) -> None:
    assert listed(sams, q="be") == ["ben@example.com"]
    assert listed(sams, q="%") == []
    assert listed(sams, q="example") == []


def test_people_are_filtered_by_status_topic_and_country(
    sams: Client, ada: Subscriber, ben: Subscriber, dora: Subscriber, other_topic: Topic
) -> None:
    assert listed(sams, status="pending") == ["ben@example.com"]
    assert listed(sams, topic="forums") == []
    assert listed(sams, country__exact="NZ") == ["ada@example.nz"]
    assert listed(sams, status="' OR 1=1") == []


def test_one_who_follows_two_topics_is_listed_once(
    sams: Client, ada: Subscriber, other_topic: Topic
) -> None:
    Subscription.objects.create(
        subscriber=ada,
        topic=other_topic,
        status=SubscriptionStatus.CONFIRMED,
        changed_at=ada.created_at,
    )
    assert listed(sams, status="confirmed") == ["ada@example.nz"]


@pytest.mark.parametrize(
    "query", ["\x00", "x" * 5000, "<script>alert(1)</script>", "a@b@c", "ａｄａ＠example.nz"]
)
def test_odd_searches_are_answered(sams: Client, ada: Subscriber, query: str) -> None:
    for page in (PEOPLE, SUPPRESSIONS):
        answer = sams.get(page, {"q": query})
        assert answer.status_code == 200
        assert "<script>alert" not in answer.content.decode()


def test_lists_are_paged_without_counting(
    sams: Client, make_subscriber: MakeSubscriber, topic: Topic
) -> None:
    for number in range(51):
        make_subscriber(f"reader{number}@example.org", topic=topic)
    first = sams.get(PEOPLE)
    assert len(first.context["cl"].result_list) == 50
    assert 'rel="next"' in first.content.decode()
    assert "9999999999" not in first.content.decode()
    second = sams.get(PEOPLE, {"p": "2"})
    assert len(second.context["cl"].result_list) == 1
    assert 'rel="next"' not in second.content.decode()


def test_a_persons_page_shows_what_they_agreed_to(
    sams: Client, ada: Subscriber, topic: Topic
) -> None:
    ConsentRecord.objects.create(
        digest=ada.digest,
        topic=topic,
        action="confirmed",
        method="form",
        words="I <agree> to this.",
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
        "organisation": "",
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


def test_a_new_name_brings_a_new_guess_and_a_language_is_kept_in_one_form(
    sams: Client, ada: Subscriber
) -> None:
    fields = {
        "full_name": "Augusta King",
        "given_name": "Ada",
        "organisation": "",
        "language": "pt-BR",
        "country": "NZ",
        "time_zone": "",
    }
    sams.post(f"{PEOPLE}{ada.pk}/change/", fields)
    ada.refresh_from_db()
    assert (ada.full_name, ada.given_name, ada.language) == ("Augusta King", "Augusta", "pt-br")


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
        "organisation": "",
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
    assert sams.get(address).status_code == 405
    sams.post(address)
    assert ada.subscriptions.get().status == SubscriptionStatus.UNSUBSCRIBED
    assert Suppression.objects.get().reason == SuppressionReason.UNSUBSCRIBED_ALL
    record = ConsentRecord.objects.get()
    assert (record.method, record.staff) == ("staff", "sam")
    assert sams.post(address).status_code == 302


def test_staff_suppress_an_address_with_a_note(sams: Client, ada: Subscriber) -> None:
    sams.post(
        reverse("admin:subscribers_subscriber_suppress", args=[ada.pk]),
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


def test_staff_block_an_address_that_is_suppressed_for_another_reason(
    sams: Client, cleo: Subscriber
) -> None:
    sams.post(f"{SUPPRESSIONS}add/", {"address": cleo.email, "note": "by letter"})
    assert Suppression.objects.get(reason=SuppressionReason.STAFF).note == "by letter"


def test_erasing_asks_first(sams: Client, ada: Subscriber) -> None:
    address = reverse("admin:subscribers_subscriber_erase", args=[ada.pk])
    assert "can’t be undone" in sams.get(address).content.decode()
    assert Subscriber.objects.filter(pk=ada.pk).exists()
    sams.post(address)
    assert not Subscriber.objects.filter(pk=ada.pk).exists()
    assert Suppression.objects.get(digest=ada.digest).reason == SuppressionReason.ERASED
    assert sams.post(address).status_code == 404


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


def test_an_address_is_suppressed_by_hand_and_only_its_digest_kept(sams: Client) -> None:
    assert (
        sams.post(
            f"{SUPPRESSIONS}add/", {"address": " Eve@Example.ORG ", "note": "press"}
        ).status_code
        == 302
    )
    suppression = Suppression.objects.get()
    assert suppression.digest == address_digest("eve@example.org")
    assert suppression.reason == SuppressionReason.STAFF
    found = sams.get(SUPPRESSIONS, {"q": "eve@example.org"}).context["cl"].result_list
    assert list(found) == [suppression]
    sams.post(f"{SUPPRESSIONS}add/", {"address": "eve@example.org", "note": ""})
    assert Suppression.objects.count() == 1


@pytest.mark.parametrize(
    "address", ["", "nobody", "a@b", "a\r\nb@example.org", "x" * 400 + "@example.org"]
)
def test_no_address_no_suppression(sams: Client, address: str) -> None:
    answer = sams.post(f"{SUPPRESSIONS}add/", {"address": address, "note": ""})
    assert answer.status_code == 200
    assert "address" in answer.context["adminform"].form.errors
    assert not Suppression.objects.exists()


def test_removing_a_suppression_needs_a_reason(sams: Client, cleo: Subscriber) -> None:
    suppression = Suppression.objects.get()
    address = reverse("admin:subscribers_suppression_lift", args=[suppression.pk])
    sams.get(address)
    assert sams.post(address, {"note": " "}).status_code == 422
    assert Suppression.objects.get().lifted_at is None
    sams.post(address, {"note": "mailbox works again"})
    lifted = Suppression.objects.get()
    assert lifted.lifted_at is not None
    assert lifted.lifted_by == "sam: mailbox works again"
    assert (
        "was already removed" in sams.post(address, {"note": "again"}, follow=True).content.decode()
    )


def test_suppressions_are_neither_changed_nor_deleted(
    sams: Client, readers_only: Client, cleo: Subscriber
) -> None:
    suppression = Suppression.objects.get()
    sams.post(f"{SUPPRESSIONS}{suppression.pk}/change/", {"reason": "staff"})
    assert sams.post(f"{SUPPRESSIONS}{suppression.pk}/delete/", {"post": "yes"}).status_code == 403
    assert (
        readers_only.post(
            reverse("admin:subscribers_suppression_lift", args=[suppression.pk]), {"note": "x"}
        ).status_code
        == 403
    )
    suppression.refresh_from_db()
    assert (suppression.reason, suppression.lifted_at) == (SuppressionReason.HARD_BOUNCE, None)


def test_a_topics_slug_is_chosen_once(sams: Client) -> None:
    add = "/staff/subscribers/topic/add/"
    fields = {"name": "Policy", "slug": "policy", "description": "", "position": "0"}
    assert sams.post(add, {**fields, "slug": "Not A Slug"}).status_code == 200
    assert sams.post(add, fields).status_code == 302
    topic = Topic.objects.get()
    sams.post(
        f"/staff/subscribers/topic/{topic.pk}/change/",
        {**fields, "name": "Policy updates", "slug": "other"},
    )
    topic.refresh_from_db()
    assert (topic.name, topic.slug) == ("Policy updates", "policy")
    assert (
        sams.post(f"/staff/subscribers/topic/{topic.pk}/delete/", {"post": "yes"}).status_code
        == 403
    )


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
