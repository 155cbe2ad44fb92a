"""The clock's work: it does only what rows call for, and may be done twice, late, or by two clocks at once."""

from dataclasses import dataclass

from campaigns.sending.finish import finish_done, wake_sleepy
from campaigns.sending.freeze import start_due
from campaigns.sending.settle import recover_expired


@dataclass(frozen=True, slots=True)
class Advance:
    """What one beat found to do."""

    started: int
    recovered: int
    woken: int
    finished: int


def advance_campaigns() -> Advance:
    """Start what is due, recover expired leases, wake workers, finish what is done."""
    return Advance(started=start_due(), recovered=recover_expired(), woken=wake_sleepy(), finished=finish_done())
