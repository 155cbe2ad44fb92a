"""Detection of standstills: a suspended machine, a stopped process (SIGSTOP), or no processor time.

Two things follow. A lease runs out all the same, so it is measured by a clock that goes on while
the machine sleeps. And a connection on which nothing was heard meanwhile says nothing of its peer.
"""

import os
import threading
import time
from collections.abc import Callable

BEAT = 0.5
"""Seconds from one beat to the next."""
USUAL = 3.0
"""Seconds between two beats that a machine under load may need."""


def elapsed() -> float:
    """Return the seconds of a clock that goes on while this host is suspended.

    Nobody can set it.
    """
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class Pulse:
    """A beat that goes on while this process runs. A long gap between two beats is a standstill."""

    def __init__(self, *, usual: float = USUAL, clock: Callable[[], float] = elapsed) -> None:
        """Begin with the present as the last beat.

        Args:
            usual: the longest gap, in seconds, that is no standstill.
            clock: tells seconds.
        """
        self._usual, self._clock = usual, clock
        self._last = clock()
        self._stood_still_until = 0.0

    def beat(self) -> None:
        """Record that this process runs."""
        now = self._clock()
        if now - self._last > self._usual:
            self._stood_still_until = now
        self._last = now

    def stood_still_since(self, moment: float) -> bool:
        """Return whether a standstill ended after `moment`.

        That includes one that has not been noticed yet.

        Args:
            moment: by the clock of this pulse.
        """
        return self._stood_still_until > moment or self._clock() - self._last > self._usual


class _OfThisProcess:
    """The pulse of one process, and of none that was forked from it."""

    def __init__(self) -> None:
        self._process = 0
        self._pulse = Pulse()
        self._starting = threading.Lock()

    def pulse(self) -> Pulse:
        """Return the pulse, which begins to beat when it is first asked for."""
        if self._process != os.getpid():
            with self._starting:
                if self._process != os.getpid():
                    self._pulse = Pulse()
                    threading.Thread(
                        target=_keep_beating, args=[self._pulse], name="pulse", daemon=True
                    ).start()
                    self._process = os.getpid()
        return self._pulse


def _keep_beating(pulse: Pulse) -> None:
    while True:
        time.sleep(BEAT)
        pulse.beat()


_mine = _OfThisProcess()


def watch() -> None:
    """Begin to notice when this process stands still."""
    _mine.pulse()


def stood_still_since(moment: float) -> bool:
    """Return whether this process has stood still since `moment`.

    Args:
        moment: by `elapsed`, after `watch` was called.
    """
    return _mine.pulse().stood_still_since(moment)
