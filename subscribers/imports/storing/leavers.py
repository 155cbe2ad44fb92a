"""Recording those of whom a list says that they left, and counting what becomes of it."""

from collections.abc import Sequence
from datetime import datetime

from subscribers.imports.row_outcomes import RowOutcome, RowOutcomes
from subscribers.imports.rows.row_people import LeaverRow
from subscribers.imports.storing.hidden_people import HiddenPeople
from subscribers.imports.storing.opt_outs import record_opt_outs
from subscribers.models import ImportBatch


def record_leavers(
    leavers: Sequence[LeaverRow],
    *,
    batch: ImportBatch,
    hidden: HiddenPeople,
    now: datetime,
    outcomes: RowOutcomes | None,
) -> int:
    """Record the opt-outs of these rows, and count them in the batch, which isn't saved yet.

    It happens before anybody is subscribed, so a person who stands in two rows has left.

    Returns:
        Rows of people who have confirmed with us since, by themselves.
    """
    if not leavers:
        return 0
    strangers = hidden.find_leavers([row.digest for row in leavers])
    new = record_opt_outs(leavers, batch=batch, now=now)
    stayed = 0
    for row in leavers:
        # `record_opt_outs` leaves the reasons that hold.
        has_left = bool(row.reasons) or row.digest in strangers
        stayed += not has_left
        if outcomes:
            kind = RowOutcome.OPT_OUT if has_left else RowOutcome.STAYED
            outcomes.add(row.number, kind, row.email, row.said)
    batch.opt_outs += len(new | strangers)
    batch.opted_out += len(leavers) - stayed
    batch.unchanged += stayed
    return stayed
