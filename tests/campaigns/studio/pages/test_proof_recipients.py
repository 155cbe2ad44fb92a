"""List managers keep the list of people who get test emails; the review page sends to it."""

from datetime import timedelta
from html import unescape

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns.content.fingerprint import fingerprint
from campaigns.models import Campaign, CampaignContent, ProofRecipient, ProofRound
from campaigns.review.proof_recipients import add_proof_recipient
from newsletter.models import TransactionalMessage
from staff.roles import ADMINISTRATOR, AUDITOR, AUTHOR, LIST_MANAGER, PUBLISHER, REVIEWER, Role
from subscribers.models import Subscriber, Topic
from subscribers.need_to_know.grants import grant
from tests.campaigns.studio.page_helpers import page
from tests.staff_members import browser_of, staff_member

SECRET = "Wolpertinger"
KEPT_BY_OTHERS = "the list of test recipients"


@pytest.fixture
def mia(db: None) -> User:
    return staff_member("mia", LIST_MANAGER)


@pytest.fixture
def mias(mia: User) -> Client:
    return browser_of(mia)


@pytest.fixture
def translated(draft: Campaign, ada: Subscriber) -> Campaign:
    CampaignContent.objects.create(
        campaign=draft,
        language="fr",
        subject="Bonjour",
        blocks=[{"type": "heading", "text": "Réunion"}],
    )
    return draft


def the_list() -> str:
    return reverse("admin:studio_proof_recipients")


def read(client: Client, path: str) -> str:
    return unescape(client.get(path).content.decode())


def posted(client: Client, path: str, **fields: str) -> str:
    return unescape(client.post(path, fields, follow=True).content.decode())


def addresses() -> list[str]:
    return list(ProofRecipient.objects.order_by("pk").values_list("email", flat=True))


def test_somebody_is_added_and_removed(mias: Client, mia: User) -> None:
    assert "Nobody is on the list yet" in read(mias, the_list())
    assert "Mia W gets test emails from now on." in posted(
        mias, the_list(), email="mia@example.org", full_name="Mia W"
    )
    html = read(mias, the_list())
    assert (
        '<th scope="row">Mia W</th><td>mia@example.org</td><td>All</td><td>Colleague</td>' in html
    )

    recipient = ProofRecipient.objects.get()
    assert recipient.added_by == "mia"
    assert "Removed from the list." in posted(mias, the_list(), remove=str(recipient.pk))
    assert "aren’t on the list any more" in posted(mias, the_list(), remove=str(recipient.pk))
    assert addresses() == []


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({"email": "gus@"}, "Nobody was added."),
        ({"email": ""}, "Nobody was added."),
        ({"email": "gus@example.org"}, "Enter when and how they agreed."),
        ({"email": "gus@example.org", "agreed": "x", "topic": "999"}, "Choose the topic again."),
        ({"email": "gus@example.org", "agreed": "x", "topic": "x"}, "Choose the topic again."),
        ({"email": "MIA@example.org"}, "on the list already"),
    ],
)
def test_what_is_refused_stays_in_its_fields(
    mias: Client, mia: User, typed: dict[str, str], why: str
) -> None:
    add_proof_recipient("mia@example.org", topic=None)
    fields = {**typed, "full_name": 'Gus "<b>"'}
    answer = mias.post(the_list(), fields)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert why in unescape(html)
    assert 'value="Gus &quot;&lt;b&gt;&quot;"' in html
    assert f'value="{typed["email"]}"' in html
    assert addresses() == ["mia@example.org"]


@pytest.mark.parametrize("remove", ["", "x", "-1", "9" * 40])
def test_what_is_nobody_is_not_removed(mias: Client, mia: User, remove: str) -> None:
    add_proof_recipient("mia@example.org", topic=None)
    assert "Nobody was removed" in posted(mias, the_list(), remove=remove)
    assert addresses() == ["mia@example.org"]


@pytest.mark.thorough(sample=3)
@pytest.mark.parametrize("role", [AUTHOR, REVIEWER, PUBLISHER, ADMINISTRATOR, AUDITOR])
def test_only_list_managers_keep_it(translated: Campaign, role: Role) -> None:
    recipient = add_proof_recipient("gus@example.org", topic=None, agreed="x")
    client = browser_of(staff_member("other", role))
    assert client.get(the_list()).status_code == (200 if role == AUDITOR else 403)
    for fields in ({"email": "other@example.org"}, {"remove": str(recipient.pk)}):
        assert client.post(the_list(), fields).status_code == 403
    assert addresses() == ["gus@example.org"]
    is_offered = the_list() in read(client, page("review", translated))
    assert is_offered == (role == AUDITOR)


def test_auditors_read_it_but_for_people_in_discreet_mode(mias: Client, ada: Subscriber) -> None:
    add_proof_recipient("gus@example.org", topic=None, full_name="Gus", agreed="By letter")
    add_proof_recipient(ada.email, topic=None, full_name="Ada Secret", agreed="By phone")
    Subscriber.objects.update(discreet_since=timezone.now())
    audits = browser_of(staff_member("aud", AUDITOR))
    html = read(audits, the_list())
    for words in ("gus@example.org", "Gus", "By letter", "Not shown"):
        assert words in html
    for words in (ada.email, "Ada Secret", "By phone", "Add to the list", 'name="remove"'):
        assert words not in html
    assert ada.email in read(mias, the_list())


def test_the_list_of_a_need_to_know_topic_is_for_those_who_know_it(
    mias: Client, mia: User, translated: Campaign, topic: Topic
) -> None:
    Topic.objects.filter(pk=topic.pk).update(is_restricted=True, is_public=False, name=SECRET)
    topic.refresh_from_db()
    recipient = add_proof_recipient("own@example.org", topic=topic, full_name=SECRET, agreed="x")
    html = read(mias, the_list())
    assert SECRET not in html
    assert "own@example.org" not in html
    typed = {"email": "mia@example.org", "topic": str(topic.pk)}
    assert "Choose the topic again." in unescape(mias.post(the_list(), typed).content.decode())
    assert "Nobody was removed" in posted(mias, the_list(), remove=str(recipient.pk))

    grant(topic, mia, until=timezone.now() + timedelta(days=3), by="x")
    assert "own@example.org" in read(mias, the_list())
    posted(mias, the_list(), **typed)
    assert ProofRecipient.objects.filter(email="mia@example.org", topic=topic).exists()
    assert "Removed from the list." in posted(mias, the_list(), remove=str(recipient.pk))


def test_colleagues_who_left_or_may_not_know_get_nothing_and_the_page_says_so(
    mias: Client, mia: User, translated: Campaign, topic: Topic
) -> None:
    add_proof_recipient("mia@example.org", topic=None)
    rob = staff_member("rob", REVIEWER)
    add_proof_recipient("rob@example.org", topic=None)
    User.objects.filter(pk=rob.pk).update(is_active=False)
    html = read(mias, the_list())
    assert "<td>rob@example.org</td><td>All</td><td>No longer a colleague" in html
    posted(browser_of(staff_member("wren", AUTHOR)), page("proofs_to_list", translated))
    assert {each.to for each in TransactionalMessage.objects.all()} == {"mia@example.org"}


def test_the_review_page_sends_to_the_list_in_all_languages_and_says_so(
    wrens: Client, mia: User, translated: Campaign
) -> None:
    assert KEPT_BY_OTHERS not in read(wrens, page("review", translated)), "nobody is on it"
    add_proof_recipient("mia@example.org", topic=None)
    add_proof_recipient("gus@example.org", topic=None, agreed="x")
    html = read(wrens, page("review", translated))
    assert f"2 people are on {KEPT_BY_OTHERS}." in html
    assert "Send to the list, in all languages" in html
    assert "gus@example.org" not in html

    html = posted(wrens, page("proofs_to_list", translated))
    assert "Test emails in 2 languages are on their way to 2 people" in html
    assert "<strong>2 languages</strong> to the list (2), by wren," in html
    assert "of an earlier version" not in html
    sent = TransactionalMessage.objects.filter(kind="proof").order_by("pk")
    assert [(each.to, each.subject) for each in sent] == [
        ("mia@example.org", "[Test] You are invited, colleague"),
        ("mia@example.org", "[Test] Bonjour"),
        ("gus@example.org", "[Test] You are invited, colleague"),
        ("gus@example.org", "[Test] Bonjour"),
    ]

    again = posted(wrens, page("proofs_to_list", translated))
    assert "wren sent these test emails at" in again
    assert sent.count() == 4

    CampaignContent.objects.filter(language="fr").update(subject="Bonsoir")
    assert "by wren," in read(wrens, page("review", translated))
    assert "of an earlier version" in read(wrens, page("review", translated))
    assert ProofRound.objects.get().fingerprint != fingerprint(translated)


def test_an_empty_list_sends_nothing_and_says_so(wrens: Client, translated: Campaign) -> None:
    assert "Nobody is on the list of test recipients yet." in posted(
        wrens, page("proofs_to_list", translated)
    )
    assert not ProofRound.objects.exists()


def test_who_of_the_list_gets_none_is_told_to_those_alone_who_may_see_people(
    sams: Client, wrens: Client, translated: Campaign, cleo: Subscriber
) -> None:
    add_proof_recipient(cleo.email, topic=None, agreed="x")
    hidden = posted(wrens, page("proofs_to_list", translated))
    assert "on their way to 1 person, as far as they can receive our email." in hidden
    assert "may get none" not in hidden
    ProofRound.objects.all().delete()
    assert "1 of them may get none" in posted(sams, page("proofs_to_list", translated))
    assert not TransactionalMessage.objects.exists()


def test_what_can_not_be_shown_is_sent_to_nobody_and_named(
    wrens: Client, mia: User, translated: Campaign
) -> None:
    add_proof_recipient("mia@example.org", topic=None)
    CampaignContent.objects.filter(language="fr").update(
        blocks=[{"type": "image", "url": "x", "alt": ""}]
    )
    assert "No test email was sent." in posted(wrens, page("proofs_to_list", translated))
    assert not TransactionalMessage.objects.exists()


def test_one_address_gets_all_languages_at_once(wrens: Client, translated: Campaign) -> None:
    typed = {"to": "gus@example.org", "proof_language": "all", "language": "en"}
    html = posted(wrens, page("proof", translated), **typed)
    assert "2 test emails are on their way" in html
    assert "<strong>2 languages</strong> to 1 address, by wren," in html
    typed["proof_language"] = "fr"
    assert "<strong>French</strong> to 1 address" in posted(
        wrens, page("proof", translated), **typed
    )
    assert TransactionalMessage.objects.filter(kind="proof").count() == 3
