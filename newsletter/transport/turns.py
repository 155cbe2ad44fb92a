"""The turns of one batch, shared by the threads that carry it: who is next, and whether they may begin."""

import threading
import time
from collections import deque
from collections.abc import Iterable, Sequence

from newsletter.transport.batch import Recipient
from newsletter.transport.hand_over import Ended, HandOver

LONGEST_GATHERING = 5.0
"""Seconds for which recipients of one call are gathered, where the mailer's rate lets them come one by one."""
_LONGEST_NAP = 0.5
"""Seconds until somebody who waits for their turn looks again whether there will be one."""


class Turns:
    """Handed from the thread that carries a batch to those that work for it."""

    def __init__(self, recipients: Iterable[Recipient], hand_over: HandOver) -> None:
        self._left = deque(recipients)
        self._hand_over = hand_over
        self._taking = threading.Lock()
        self._saying = threading.Lock()
        self._stopped = False

    @property
    def is_over(self) -> bool:
        """Whether nothing more may begin."""
        return self._stopped or self._hand_over.is_over

    def take(self, *, at_most: int = 1) -> list[Recipient]:
        """The recipients of the next call, all of one template; none where nothing more may begin.

        One thread gathers at a time. Else, where the rate is low, all would have a few recipients and none a call.
        """
        with self._taking:
            call: list[Recipient] = []
            until = time.monotonic() + LONGEST_GATHERING
            while self._left and len(call) < at_most and (not call or self._left[0].template is call[0].template):
                wait = self._wait()
                if wait is None:
                    return []
                if not wait:
                    call.append(self._left.popleft())
                elif call and time.monotonic() + wait > until:
                    break
                else:
                    time.sleep(min(wait, _LONGEST_NAP))
            return call

    def may_go_on(self) -> bool:
        """Wait for one turn more, for a call with recipients that have been taken already."""
        while wait := self._wait():
            time.sleep(min(wait, _LONGEST_NAP))
        return wait is not None

    def _wait(self) -> float | None:
        return None if self._stopped else self._hand_over.wait()

    def begin(self, recipients: Sequence[Recipient]) -> bool:
        """Note what is about to begin; whether it may."""
        with self._saying:
            return not self._stopped and self._hand_over.note(begun=recipients)

    def note(self, ended: Ended) -> None:
        """Say what has ended."""
        with self._saying:
            if ended and not self._stopped:
                self._hand_over.note(ended=ended)

    def stop(self) -> None:
        """From here on nothing begins, and nothing more is said: what is in flight is in doubt, and its hand-over is over."""
        with self._saying:
            self._stopped = True
