"""The work queue of one batch: the threads of a pool take their calls from it."""

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
"""Seconds until a thread that waits for a slot looks again whether there will be one."""


class WorkQueue:
    """The recipients who are still to begin, shared by the threads that send one batch.

    One thread gives it to the pool, and the threads of the pool empty it.
    """

    def __init__(self, recipients: Iterable[Recipient], dispatch: Dispatch, *, few: int) -> None:
        """
        Args:
            few: where no more recipients than these are left, the next batch had better begin soon.
                Then there is room for it.
        """
        self._left = deque(recipients)
        self._few = few
        # A queue rather than an event: an exception that a signal brings can't leave its lock
        # taken.
        self._room: SimpleQueue[None] = SimpleQueue()
        self.dispatch = dispatch
        self._taking = threading.Lock()
        self._announce_if_few()

    def take(self, *, at_most: int = 1) -> list[Recipient]:
        """Take the recipients of the next call, all of one template.

        There are none where nothing more may begin.

        One thread gathers at a time. Otherwise, where the rate is low, each thread would have a few
        recipients and none a whole call.
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
            self._announce_if_few()
            return call

    def wait_for_slot(self) -> bool:
        """Wait for one slot more, for a call whose recipients have been taken already.

        Returns:
            Whether the call may be made.
        """
        while wait := self.dispatch.request_slot():
            time.sleep(min(wait, _LONGEST_NAP))
        return wait is not None

    def wait_for_room(self) -> None:
        """Wait until there is room for the next batch. Ask once."""
        self._room.get()

    def announce_room(self) -> None:
        """Say that there is room for the next batch."""
        self._room.put(None)

    def _announce_if_few(self) -> None:
        if len(self._left) <= self._few:
            self.announce_room()
