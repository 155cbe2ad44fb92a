"""Suppressions: one active row a reason, never forgotten, lifted only as the reason allows."""

import pytest

from newsletter.core.addresses import address_digest
from subscribers.models import Suppression
from subscribers.states import (
    LIFTED_BY_OPT_IN,
    SCOPE_OF_REASON,
    SuppressionReason,
    SuppressionScope,
)
from subscribers.suppression.policy import (
    lift_by_opt_in,
    may_receive_notices,
    waits_for_opt_in_since,
)
from subscribers.suppression.registry import active, lift, suppress

pytestmark = pytest.mark.django_db
EVE = address_digest("eve@example.org")


@pytest.mark.parametrize("reason", SuppressionReason)
def test_suppressing_twice_leaves_one_row_with_the_scope_of_its_reason(
    reason: SuppressionReason,
) -> None:
    first = suppress(EVE, reason=reason, note="first")
    assert suppress(EVE, reason=reason, note="second").pk == first.pk
    assert [(row.reason, row.scope, row.note) for row in active(EVE)] == [
        (reason, SCOPE_OF_REASON[reason], "first")
    ]


@pytest.mark.parametrize("reason", SuppressionReason)
def test_only_a_scope_of_all_mail_stops_single_messages(reason: SuppressionReason) -> None:
    suppress(EVE, reason=reason)
    assert may_receive_notices(EVE) is (SCOPE_OF_REASON[reason] == SuppressionScope.BULK)


@pytest.mark.parametrize("reason", SuppressionReason)
def test_an_opt_in_lifts_what_it_may_and_nothing_else(reason: SuppressionReason) -> None:
    suppress(EVE, reason=reason)
    assert (waits_for_opt_in_since(EVE) is not None) is (reason in LIFTED_BY_OPT_IN)
    assert lift_by_opt_in(EVE) == (reason in LIFTED_BY_OPT_IN)
    assert bool(active(EVE)) is (reason not in LIFTED_BY_OPT_IN)


def test_a_lifted_row_stays_as_history_and_a_new_one_may_follow() -> None:
    suppress(EVE, reason=SuppressionReason.STAFF)
    assert lift(EVE, reasons=[SuppressionReason.STAFF], by="sam") == 1
    assert lift(EVE, reasons=[SuppressionReason.STAFF], by="sam") == 0
    suppress(EVE, reason=SuppressionReason.STAFF)
    assert list(Suppression.objects.order_by("id").values_list("lifted_by", flat=True)) == [
        "sam",
        "",
    ]


def test_other_addresses_are_not_touched() -> None:
    suppress(EVE, reason=SuppressionReason.STAFF)
    assert may_receive_notices(address_digest("adam@example.org"))
