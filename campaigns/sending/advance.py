"""The clock's work: it does only what rows call for, and may be done twice, late, or by two clocks at once."""

from dataclasses import dataclass

from campaigns.sending.finish import finish_done, wake_sleepy
from campaigns.sending.freeze import start_due
from campaigns.sending.recover import recover_expired, recover_journals, repeat_by_key


@dataclass(frozen=True, slots=True)
class Advance:
    """What one beat found to do."""

    started: int
    recovered: int
    woken: int
    finished: int


def advance_campaigns() -> Advance:
    """Recover claims that nobody holds any more, start what is due, wake workers, finish what is done."""
    # Journals before leases: they know more.
    recovered = recover_journals() + recover_expired() + repeat_by_key()
    return Advance(started=start_due(), recovered=recovered, woken=wake_sleepy(), finished=finish_done())
