import pytest

from newsletter.core.db.transition import UnknownState, transition
from newsletter.models import TransactionalMessage
from newsletter.states import MESSAGE_TRANSITIONS, MessageStatus
from subscribers.models import Subscriber, Subscription
from subscribers.states import SUBSCRIPTION_TRANSITIONS, SubscriptionStatus

pytestmark = pytest.mark.services


@pytest.mark.parametrize("start", SubscriptionStatus.values)
@pytest.mark.parametrize("end", SubscriptionStatus.values)
def test_a_subscription_changes_where_the_table_says_and_nowhere_else(
    ada: Subscriber, start: str, end: str
) -> None:
    rows = Subscription.objects.filter(subscriber=ada)
    rows.update(status=start)

    changed = transition(rows, SUBSCRIPTION_TRANSITIONS, end)

    allowed = start in SUBSCRIPTION_TRANSITIONS[end]
    assert changed == int(allowed)
    assert rows.get().status == (end if allowed else start)


def test_a_state_that_no_transition_enters_is_a_mistake(db: None) -> None:
    with pytest.raises(UnknownState, match="'lost' is entered by no transition"):
        transition(TransactionalMessage.objects.all(), MESSAGE_TRANSITIONS, "lost")


def test_of_two_callers_one_makes_the_move(db: None) -> None:
    TransactionalMessage.objects.create(kind="welcome", digest="0" * 64)
    rows = TransactionalMessage.objects.all()

    assert transition(rows, MESSAGE_TRANSITIONS, MessageStatus.SKIPPED) == 1
    assert transition(rows, MESSAGE_TRANSITIONS, MessageStatus.SKIPPED) == 0
