"""The list of people who get test emails, and test emails in all languages at once."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from pytest_django.fixtures import Settings

from campaigns.content.check_content import ContentError
from campaigns.models import Campaign, CampaignContent, ProofRecipient, ProofRound
from campaigns.retention.forget import forget_reviewing
from campaigns.review.proof import BlockedAddress, TooManyProofs
from campaigns.review.proof_recipients import (
    AT_MOST,
    NotAdded,
    add_proof_recipient,
    proof_recipients,
    remove_proof_recipient,
    visible_proof_recipients,
)
from campaigns.review.proof_round import (
    NobodyListed,
    NotSentAgain,
    send_proofs,
    send_proofs_to_list,
)
from newsletter.core.addresses import BadAddress
from newsletter.models import AuditEntry, TransactionalMessage
from newsletter.rendering.content_errors import BlockError
from subscribers.models import Subscriber, Topic, TopicGrant
from subscribers.need_to_know.grants import grant
from subscribers.people.erase import erase
from tests.staff_members import staff_member

LANGUAGES = ["en", "fr"]


@pytest.fixture
def translated(draft: Campaign) -> Campaign:
    CampaignContent.objects.create(
        campaign=draft,
        language="fr",
        subject="Bonjour",
        blocks=[{"type": "heading", "text": "Réunion"}],
    )
    return draft


def sent() -> list[tuple[str, str]]:
    rows = TransactionalMessage.objects.filter(kind="proof").order_by("pk")
    return [(each.to, each.subject) for each in rows]


def again() -> None:
    """Let the time pass in which nothing is sent again."""
    ProofRound.objects.update(asked_at=timezone.now() - timedelta(minutes=2))


def test_staff_are_added_freely_and_others_with_their_word(sam: User) -> None:
    add_proof_recipient(" SAM@example.org", topic=None, full_name=" Sam  ")
    with pytest.raises(NotAdded, match="Enter when and how they agreed"):
        add_proof_recipient("gus@example.org", topic=None, agreed=" ")
    add_proof_recipient("gus@example.org", topic=None, agreed="By email on 3 March 2026")
    with pytest.raises(NotAdded, match="on the list already"):
        add_proof_recipient("Gus@Example.org", topic=None, agreed="Again")
    with pytest.raises(BadAddress):
        add_proof_recipient("gus@", topic=None, agreed="x")

    assert [(each.email, each.full_name) for each in ProofRecipient.objects.order_by("pk")] == [
        ("SAM@example.org", "Sam"),
        ("gus@example.org", ""),
    ]
    entries = AuditEntry.objects.filter(action="proof.recipient_added")
    assert entries.count() == 2
    assert not [each for each in entries if "@" in each.object_label + str(each.details)]


def test_a_list_has_an_end(db: None) -> None:
    for number in range(AT_MOST):
        add_proof_recipient(f"p{number}@example.org", topic=None, agreed="x")
    with pytest.raises(NotAdded, match="full"):
        add_proof_recipient("one-more@example.org", topic=None, agreed="x")


def test_the_list_of_a_topic_comes_beside_that_for_all(
    draft: Campaign, topic: Topic, other_topic: Topic
) -> None:
    for address, of in (
        ("all@example.org", None),
        ("own@example.org", topic),
        ("all@example.org", topic),
        ("other@example.org", other_topic),
    ):
        add_proof_recipient(address, topic=of, agreed="x")
    assert sorted(each.email for each in proof_recipients(draft)) == [
        "all@example.org",
        "own@example.org",
    ]


def test_whoever_is_on_the_list_for_all_gets_nothing_about_a_need_to_know_topic(
    draft: Campaign, topic: Topic, sam: User
) -> None:
    Topic.objects.filter(pk=topic.pk).update(is_restricted=True, is_public=False)
    draft = Campaign.objects.get()
    add_proof_recipient("sam@example.org", topic=None)
    with pytest.raises(NobodyListed):
        send_proofs_to_list(draft, languages=["en"])
    add_proof_recipient("own@example.org", topic=draft.topic, agreed="x")
    send_proofs_to_list(draft, languages=["en"])
    assert [to for to, _ in sent()] == ["own@example.org"]

    eve = staff_member("eve")
    assert [each.email for each in visible_proof_recipients(eve)] == ["sam@example.org"]
    grant(draft.topic, eve, until=timezone.now() + timedelta(days=3), by="x")
    assert visible_proof_recipients(User.objects.get(pk=eve.pk)).count() == 2


def test_a_colleague_gets_proofs_as_long_as_they_are_one_and_may_know_of_the_topic(
    draft: Campaign, topic: Topic, sam: User
) -> None:
    add_proof_recipient("sam@example.org", topic=None)
    assert len(proof_recipients(draft)) == 1
    User.objects.filter(pk=sam.pk).update(is_active=False)
    assert proof_recipients(draft) == []

    User.objects.filter(pk=sam.pk).update(is_active=True)
    Topic.objects.filter(pk=topic.pk).update(is_restricted=True, is_public=False)
    draft = Campaign.objects.get()
    with pytest.raises(NotAdded, match="a colleague who is granted this topic"):
        add_proof_recipient("sam@example.org", topic=draft.topic)
    grant(draft.topic, sam, until=timezone.now() + timedelta(days=3), by="x")
    add_proof_recipient("sam@example.org", topic=draft.topic)
    assert len(proof_recipients(draft)) == 1
    TopicGrant.objects.update(revoked_at=timezone.now())
    assert proof_recipients(draft) == []


def test_everybody_on_the_list_gets_every_language_and_it_is_recorded_who_asked(
    translated: Campaign, sam: User
) -> None:
    add_proof_recipient("sam@example.org", topic=None)
    add_proof_recipient("gus@example.org", topic=None, agreed="x")
    outcome = send_proofs_to_list(translated, languages=LANGUAGES)

    assert (outcome.sent, outcome.recipients, outcome.refused) == (4, 2, 0)
    assert len({to for to, _ in sent()}) == 2
    assert all(subject.startswith("[Test] ") for _, subject in sent())
    noted = ProofRound.objects.get()
    assert (noted.languages, noted.recipients, noted.is_to_list) == (LANGUAGES, 2, True)
    assert not ProofRecipient.objects.filter(used_at=None).exists()
    assert AuditEntry.objects.filter(action="campaign.proof_sent").count() == 4


def test_a_second_press_sends_nothing_and_says_who_sent(translated: Campaign, sam: User) -> None:
    add_proof_recipient("sam@example.org", topic=None)
    send_proofs_to_list(translated, languages=LANGUAGES)
    with pytest.raises(NotSentAgain, match="sent these test emails at"):
        send_proofs_to_list(translated, languages=LANGUAGES)
    assert len(sent()) == 2
    CampaignContent.objects.filter(language="fr").update(subject="Bonsoir")
    send_proofs_to_list(translated, languages=LANGUAGES)
    again()
    send_proofs_to_list(translated, languages=LANGUAGES)
    assert len(sent()) == 6


def test_a_second_press_for_one_address_sends_nothing_whoever_owns_it(
    translated: Campaign, cleo: Subscriber, sam: User
) -> None:
    send_proofs(translated, to="stranger@example.org", languages=["en"])
    with pytest.raises(BlockedAddress):
        send_proofs(translated, to=cleo.email, languages=["en"])
    for to in ("Stranger@example.org", cleo.email):
        with pytest.raises(NotSentAgain, match="sent these test emails at .* wait a minute"):
            send_proofs(translated, to=to, languages=["en"])
    assert len(sent()) == 1
    send_proofs(translated, to="sam@example.org", languages=["en"])
    send_proofs(translated, to="stranger@example.org", languages=["fr"])
    CampaignContent.objects.filter(language="en").update(subject="Hello again")
    send_proofs(translated, to="stranger@example.org", languages=["en"])
    assert len(sent()) == 4


def test_what_was_not_sent_to_one_address_may_be_tried_again_at_once(translated: Campaign) -> None:
    for _ in range(2):
        with pytest.raises(ContentError):
            send_proofs(translated, to="sam@example.org", languages=["en", "uk"])


def test_the_limit_of_an_address_holds_and_the_others_get_theirs(
    translated: Campaign, sam: User
) -> None:
    add_proof_recipient("gus@example.org", topic=None, agreed="x")
    for _ in range(5):
        send_proofs_to_list(translated, languages=LANGUAGES)
        again()
    add_proof_recipient("sam@example.org", topic=None)
    outcome = send_proofs_to_list(translated, languages=LANGUAGES)
    assert (outcome.sent, outcome.refused) == (2, 1)
    assert [to for to, _ in sent()].count("gus@example.org") == 10
    with pytest.raises(TooManyProofs):
        send_proofs(translated, to="gus@example.org", languages=["en"])


def test_whoever_blocked_our_mail_leaves_the_list_and_gets_none(
    translated: Campaign, cleo: Subscriber, sam: User
) -> None:
    recipient = add_proof_recipient(cleo.email, topic=None, agreed="x")
    add_proof_recipient("sam@example.org", topic=None)
    outcome = send_proofs_to_list(translated, languages=["en"])
    assert (outcome.refused, [to for to, _ in sent()]) == (1, ["sam@example.org"])
    remove_proof_recipient(recipient)
    assert ProofRecipient.objects.count() == 1


def test_what_can_not_be_shown_in_one_language_is_sent_in_none(
    translated: Campaign, sam: User
) -> None:
    add_proof_recipient("sam@example.org", topic=None)
    CampaignContent.objects.filter(language="fr").update(
        blocks=[{"type": "image", "url": "x", "alt": ""}]
    )
    for action in (
        lambda: send_proofs_to_list(translated, languages=LANGUAGES),
        lambda: send_proofs(translated, to="sam@example.org", languages=LANGUAGES),
        lambda: send_proofs(translated, to="sam@example.org", languages=["en", "uk"]),
    ):
        with pytest.raises((BlockError, ContentError)):
            action()
    assert sent() == []
    assert not ProofRound.objects.exists()


def test_what_can_not_be_shown_is_refused_alike_for_a_blocked_address(
    translated: Campaign, cleo: Subscriber
) -> None:
    CampaignContent.objects.filter(language="fr").update(
        blocks=[{"type": "image", "url": "x", "alt": ""}]
    )
    told = []
    for to in (cleo.email, "stranger@example.org"):
        with pytest.raises(BlockError) as refusal:
            send_proofs(translated, to=to, languages=LANGUAGES)
        told.append(str(refusal.value))
    assert told[0] == told[1]


def test_a_blocked_address_is_recorded_as_any_other(translated: Campaign, cleo: Subscriber) -> None:
    with pytest.raises(BlockedAddress):
        send_proofs(translated, to=cleo.email, languages=["en"])
    send_proofs(translated, to="stranger@example.org", languages=["en"])
    one, other = ProofRound.objects.values("languages", "recipients", "is_to_list", "by")
    assert one == other


def test_erasure_and_time_take_people_off_the_list(
    ada: Subscriber, sam: User, settings: Settings
) -> None:
    add_proof_recipient(ada.email, topic=None, agreed="x")
    erase(ada.pk)
    assert not ProofRecipient.objects.exists()

    add_proof_recipient("sam@example.org", topic=None)
    now = timezone.now()
    later = now + settings.KEEP_DELIVERY_SUBSCRIBERS + timedelta(days=1)
    ProofRecipient.objects.update(used_at=now + timedelta(days=2))
    assert forget_reviewing(now=later) == 0
    ProofRecipient.objects.update(used_at=now)
    assert forget_reviewing(now=later) == 1
