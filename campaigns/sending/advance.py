"""The clock's work: whatever the rows of campaigns call for.

It may be done twice, late, or by two clocks at once.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.db import connection

from campaigns.review.lapsed_approvals import tell_of_lapsed_approvals
from campaigns.sending.canary import go_on_after_canaries, pause_after_canaries
from campaigns.sending.claims.recover import recover_expired, recover_journals, repeat_by_key
from campaigns.sending.finish import finish_done, wake_sleepy
from campaigns.sending.freeze import start_due
from campaigns.sending.guard import stop_bad_campaigns

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Advance:
    """The number of things that one run of the clock did, by kind."""

    recovered: int
    stopped: int
    lapsed: int
    started: int
    canaries: int
    woken: int
    finished: int


_ACTIONS: Mapping[str, tuple[Callable[[], int], ...]] = {
    # Journals before leases: they know more.
    "recovered": (recover_journals, recover_expired, repeat_by_key),
    "stopped": (stop_bad_campaigns,),
    "lapsed": (tell_of_lapsed_approvals,),
    "started": (start_due,),
    "canaries": (pause_after_canaries, go_on_after_canaries),
    "woken": (wake_sleepy,),
    "finished": (finish_done,),
}


def advance_campaigns() -> Advance:
    """Recover claims, stop harmful campaigns, start due ones, see to canaries, wake, and finish.

    Publishers hear of approvals that have lapsed while there is time for another.
    """
    return Advance(**{name: sum(map(_safely, actions)) for name, actions in _ACTIONS.items()})


def _safely(action: Callable[[], int]) -> int:
    """Call one function, and return what it did.

    One that fails must not keep the clock from the others. The next run tries it again.
    """
    try:
        return action()
    except Exception:
        logger.exception(
            "The clock could not %s; it tries again", action.__name__.replace("_", " ")
        )
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()
        return 0
