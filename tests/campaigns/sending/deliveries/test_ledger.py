from itertools import product

import pytest

from campaigns.models import Campaign, Delivery, DeliveryTally
from campaigns.reports.totals import recount, totals
from campaigns.sending.deliveries.ledger import ledger_of, open_tallies
from campaigns.states import DELIVERY_TRANSITIONS, DeliveryStatus
from newsletter.core.db.transition import UnknownState
from subscribers.models import Subscriber

pytestmark = pytest.mark.services

# From DESIGN section 5, written out a second time on purpose: a move that is added by mistake fails
# here.
DESIGNED = {
    ("planned", "claimed"),
    ("planned", "skipped"),
    ("claimed", "skipped"),
    ("claimed", "accepted"),
    ("claimed", "planned"),
    ("claimed", "failed"),
    ("claimed", "uncertain"),
    ("uncertain", "accepted"),
    ("uncertain", "delivered"),
    ("uncertain", "bounced"),
    ("uncertain", "planned"),
    ("uncertain", "failed"),
    # Decision 45: a journal shows that it had not begun; a key that makes a repetition safe has run
    # out.
    ("uncertain", "skipped"),
    ("planned", "uncertain"),
    ("accepted", "delivered"),
    ("failed", "delivered"),
    ("accepted", "bounced"),
    ("delivered", "bounced"),
    ("failed", "bounced"),
    # Planned again after an attempt that had arrived, as a provider event says.
    ("planned", "accepted"),
    ("planned", "delivered"),
    ("planned", "bounced"),
}


def test_the_table_of_moves_is_the_designed_one() -> None:
    assert {
        (str(source), str(to)) for to, sources in DELIVERY_TRANSITIONS.items() for source in sources
    } == DESIGNED


@pytest.mark.thorough(sample=24)
@pytest.mark.parametrize(("source", "to"), list(product(DeliveryStatus, DeliveryStatus)))
def test_each_pair_of_states_moves_or_is_refused(
    draft: Campaign, ada: Subscriber, source: DeliveryStatus, to: DeliveryStatus
) -> None:
    claim = {
        "claim_token": "00000000-0000-0000-0000-000000000001",
        "lease_until": "2020-01-01T00:00:00Z",
    }
    delivery = Delivery.objects.create(
        campaign=draft, subscriber=ada, language="en", status=source, **claim
    )
    Campaign.objects.filter(pk=draft.pk).update(candidates=1)
    open_tallies(draft.pk, planned=0)
    DeliveryTally.objects.filter(campaign=draft, status=source).update(number=1)
    draft.refresh_from_db()

    if (source.value, to.value) in DESIGNED:
        with ledger_of(draft.pk) as ledger:
            assert ledger.transition(Delivery.objects.all(), source, to) == 1
        delivery.refresh_from_db()
        assert delivery.status == to
    else:
        with pytest.raises(UnknownState), ledger_of(draft.pk) as ledger:
            ledger.transition(Delivery.objects.all(), source, to)
        delivery.refresh_from_db()
        assert delivery.status == source
    assert totals(draft) == recount(draft)
    assert totals(draft).adds_up


def test_a_transaction_that_fails_moves_neither_row_nor_tally(sending: Campaign) -> None:
    def fail_half_way() -> None:
        with ledger_of(sending.pk) as ledger:
            ledger.transition(
                Delivery.objects.all(), DeliveryStatus.PLANNED, DeliveryStatus.SKIPPED
            )
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()

    assert totals(sending).planned == recount(sending).planned == 5


def test_another_campaigns_deliveries_are_never_moved(sending: Campaign, draft: Campaign) -> None:
    other = Campaign.objects.create(name="Other", topic=draft.topic)
    with ledger_of(other.pk) as ledger:
        assert (
            ledger.transition(
                Delivery.objects.all(), DeliveryStatus.PLANNED, DeliveryStatus.SKIPPED
            )
            == 0
        )
    assert recount(sending).planned == 5
