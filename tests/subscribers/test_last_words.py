"""What changes no subscription buries no opt-out that it comes after, by a race or later."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.contrib.auth.models import User

from newsletter.models import Brand
from subscribers.consent.forget_pending import forget_pending
from subscribers.consent.records import Circumstances, record_consent
from subscribers.consent.subscribe import SignUp, subscribe
from subscribers.invitations.invite import invite
from subscribers.models import ConsentRecord, Subscriber, Subscription, Topic
from subscribers.opt_outs.entry import Entry, EntryKind, format_entry
from subscribers.people.replay_opt_outs import replay
from subscribers.states import LAST_WORDS, ConsentAction, ConsentMethod, SubscriptionStatus
from tests.subscribers.imports.sheets import take
from tests.subscribers.own_address import change_own_address

MOVES_NOTHING = (
    ConsentAction.REQUESTED,
    ConsentAction.DISCREET,
    ConsentAction.NOT_DISCREET,
    ConsentAction.AGREED_AGAIN,
)
LATER = pytest.mark.parametrize("later", MOVES_NOTHING)


@pytest.fixture
def left(dora: Subscriber) -> Subscriber:
    """Dora, whose opt-out is on record."""
    dora.subscriptions.update(status=SubscriptionStatus.UNSUBSCRIBED)
    put(dora, ConsentAction.UNSUBSCRIBED)
    return dora


def put(person: Subscriber, action: ConsentAction) -> None:
    record_consent(
        person.digest,
        topic=Topic.objects.get(),
        action=action,
        circumstances=Circumstances(method=ConsentMethod.PREFERENCES),
    )


def test_each_action_says_whether_a_topic_is_followed_or_moves_nothing() -> None:
    assert {*LAST_WORDS, *MOVES_NOTHING} == set(ConsentAction)
    assert not set(LAST_WORDS).intersection(MOVES_NOTHING)


@LATER
def test_no_import_brings_them_back(left: Subscriber, topic: Topic, later: ConsentAction) -> None:
    put(left, later)
    email = left.email
    left.delete()
    report = take(f"Email\n{email}\n", topic)
    assert (report.added, report.opted_out) == (0, 1)


@LATER
def test_an_imported_or_replayed_opt_out_is_known(
    left: Subscriber, topic: Topic, tmp_path: Path, later: ConsentAction
) -> None:
    put(left, later)
    digest, email = left.digest, left.email
    left.delete()
    file = tmp_path / "journal.log"
    entry = Entry(EntryKind.TOPIC, datetime.now(UTC), digest, topic.slug, ConsentMethod.PREFERENCES)
    file.write_text(format_entry(entry) + "\n")
    assert replay([file]).applied == 0
    assert take(f"Email,Status\n{email},unsubscribed\n", topic).opt_outs == 0


@LATER
def test_a_sign_up_that_nobody_confirms_ends_with_the_opt_out(
    left: Subscriber, topic: Topic, brand: Brand, later: ConsentAction
) -> None:
    put(left, later)
    sign_up = SignUp(email=left.email, topics=(topic,), words="Yes.", method=ConsentMethod.FORM)
    subscribe(sign_up)
    forget_pending(left)
    assert Subscription.objects.get().status == SubscriptionStatus.UNSUBSCRIBED


@LATER
def test_the_next_address_has_it_too(left: Subscriber, brand: Brand, later: ConsentAction) -> None:
    put(left, later)
    left.subscriptions.all().delete()
    change_own_address(left.pk, to="dora.new@example.org")
    left.refresh_from_db()
    carried = ConsentRecord.objects.get(digest=left.digest)
    assert carried.action == ConsentAction.UNSUBSCRIBED


@LATER
def test_nobody_invites_them(
    left: Subscriber, topic: Topic, brand: Brand, sam: User, later: ConsentAction
) -> None:
    put(left, later)
    email = left.email
    left.delete()
    assert invite(topic, email, language="en", by=sam) is None
