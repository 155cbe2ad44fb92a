"""An opt-out in bulk ends an application: nobody accepts it after that, whatever comes later."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from newsletter.core.addresses import address_digest
from subscribers.applications.apply import apply
from subscribers.applications.decide import DecisionResult, accept, decline
from subscribers.imports.import_subscribers import import_subscribers
from subscribers.imports.reading.rows_as import RowsAs
from subscribers.models import Application, ConsentRecord, Subscription, Topic
from subscribers.opt_outs.entry import Entry, EntryKind, format_entry
from subscribers.people.replay_opt_outs import replay
from subscribers.queries import followers
from subscribers.states import ApplicationStatus, ConsentAction, ConsentMethod, SubscriptionStatus
from tests.subscribers.applications.applying import LEA, new_application

type Leave = Callable[[Topic], None]


@pytest.fixture
def journal(tmp_path: Path) -> Leave:
    def leave(topic: Topic) -> None:
        entry = Entry(
            EntryKind.TOPIC,
            timezone.now(),
            address_digest(LEA),
            topic.slug,
            ConsentMethod.PREFERENCES,
        )
        file = tmp_path / "journal.log"
        file.write_text(format_entry(entry) + "\n")
        assert replay([file]).applied == 1

    return leave


@pytest.fixture
def list_of_another() -> Leave:
    def leave(topic: Topic) -> None:
        # A second later than the confirmation: without a time, the person's own word would count.
        now = timezone.now().isoformat()
        file = BytesIO(f"Email,Unsubscribed at\n{LEA},{now}".encode())
        report = import_subscribers(file, topic=topic, consent="", rows_as=RowsAs.UNSUBSCRIBED)
        assert report.opt_outs == 1

    return leave


@pytest.fixture(params=["journal", "list_of_another"])
def left_in_bulk(request: pytest.FixtureRequest, leas: Application) -> Application:
    """Lea's application, after a bulk opt-out of the topic."""
    leave: Leave = request.getfixturevalue(request.param)
    leave(leas.subscription.topic)
    leas.refresh_from_db()
    return leas


def test_it_withdraws_the_application(left_in_bulk: Application) -> None:
    assert left_in_bulk.subscription.status == SubscriptionStatus.UNSUBSCRIBED
    assert left_in_bulk.status == ApplicationStatus.WITHDRAWN
    assert left_in_bulk.decided_at is not None


def test_the_old_application_is_accepted_no_more_once_somebody_enters_the_address(
    left_in_bulk: Application, sam: User
) -> None:
    topic = left_in_bulk.subscription.topic
    assert apply(new_application(topic)) is not None
    assert accept(left_in_bulk.pk, by=sam) is DecisionResult.TOO_LATE
    assert not followers(topic).exists()
    assert Subscription.objects.get().status == SubscriptionStatus.PENDING
    assert not ConsentRecord.objects.filter(action=ConsentAction.ACCEPTED).exists()


@pytest.mark.parametrize("is_accepted", [True, False])
def test_a_decision_goes_by_the_subscription_and_leaves_a_newer_application_alone(
    leas: Application, sam: User, *, is_accepted: bool
) -> None:
    # As rows from before bulk opt-outs withdrew applications.
    Subscription.objects.update(status=SubscriptionStatus.UNSUBSCRIBED)
    new = apply(new_application(leas.subscription.topic))
    assert new is not None
    made = (
        accept(leas.pk, by=sam) if is_accepted else decline(leas.pk, by=sam, message="We’re sorry.")
    )
    assert made is DecisionResult.TOO_LATE
    leas.refresh_from_db()
    new.refresh_from_db()
    assert (leas.status, new.status) == (ApplicationStatus.WITHDRAWN, ApplicationStatus.PENDING)
    assert Subscription.objects.get().status == SubscriptionStatus.PENDING
