"""The turns of one batch, shared by the threads that carry it: who is next, and whether they may begin."""

import threading
import time
from collections import deque
from collections.abc import Iterable
from queue import SimpleQueue

from newsletter.transport.bulk.dispatch import Dispatch
from newsletter.transport.message.recipients import Recipient

LONGEST_GATHERING = 5.0
"""Seconds for which recipients of one call are gathered, where the mailer's rate lets them come one
by one."""
_LONGEST_NAP = 0.5
"""Seconds until somebody who waits for their turn looks again whether there will be one."""


class WorkQueue:
    """Handed from the thread that carries a batch to those that work for it."""

    def __init__(self, recipients: Iterable[Recipient], dispatch: Dispatch, *, few: int) -> None:
        """
        Args:
            few: how many recipients are so few that others had better be there soon. Then
                `nearly_over` has something to get.
        """
        self._left = deque(recipients)
        self._few = few
        self.nearly_over: SimpleQueue[None] = SimpleQueue()
        self._look_how_many()
        self.dispatch = dispatch
        self._taking = threading.Lock()

    def take(self, *, at_most: int = 1) -> list[Recipient]:
        """The recipients of the next call, all of one template; none where nothing more may begin.

        One thread gathers at a time. Else, where the rate is low, all would have a few recipients
        and none a call.
        """
        with self._taking:
            call: list[Recipient] = []
            until = time.monotonic() + LONGEST_GATHERING
            while (
                self._left
                and len(call) < at_most
                and (not call or self._left[0].template is call[0].template)
            ):
                wait = self.dispatch.request_slot()
                if wait is None:
                    return []
                if not wait:
                    call.append(self._left.popleft())
                elif call and time.monotonic() + wait > until:
                    break
                else:
                    time.sleep(min(wait, _LONGEST_NAP))
            self._look_how_many()
            return call

    def _look_how_many(self) -> None:
        if len(self._left) <= self._few:
            self.nearly_over.put(None)

    def may_go_on(self) -> bool:
        """Wait for one turn more, for a call with recipients that have been taken already."""
        while wait := self.dispatch.request_slot():
            time.sleep(min(wait, _LONGEST_NAP))
        return wait is not None
