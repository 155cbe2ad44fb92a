"""The clock's work: it does only what rows call for, and may be done twice, late, or by two clocks at once."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.db import connection

from campaigns.sending.finish import finish_done, wake_sleepy
from campaigns.sending.freeze import start_due
from campaigns.sending.guard import stop_bad_campaigns
from campaigns.sending.recover import recover_expired, recover_journals, repeat_by_key

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Advance:
    """What one beat found to do."""

    recovered: int
    stopped: int
    started: int
    woken: int
    finished: int


_STEPS: Mapping[str, tuple[Callable[[], int], ...]] = {
    # Journals before leases: they know more.
    "recovered": (recover_journals, recover_expired, repeat_by_key),
    "stopped": (stop_bad_campaigns,),
    "started": (start_due,),
    "woken": (wake_sleepy,),
    "finished": (finish_done,),
}


def advance_campaigns() -> Advance:
    """Recover claims that nobody holds any more, stop what does harm, start what is due, wake workers, finish what is done."""
    return Advance(**{name: sum(map(_safely, steps)) for name, steps in _STEPS.items()})


def _safely(step: Callable[[], int]) -> int:
    """What one step did.

    One that fails must not keep the clock from the others: the next beat tries it again.
    """
    try:
        return step()
    except Exception:
        logger.exception("The clock could not %s; it tries again", step.__name__.replace("_", " "))
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()
        return 0
