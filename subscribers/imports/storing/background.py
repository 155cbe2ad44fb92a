"""Work for the database in a thread of its own, while the caller goes on reading the file.

Either waits for the other only where it must, so an import takes as long as the longer of the two.
"""

import sys
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Self

from django.db import DEFAULT_DB_ALIAS, connections

_MOST_WAITING = 4
"""Pieces of work that wait. Whoever hands over more waits, too, so memory stays flat."""


_USUAL, _SHORT = sys.getswitchinterval(), 0.0005
"""Seconds for which one thread computes before another may. The caller computes all the time, so
after each answer of the database the usual 5 ms would pass before the next statement is sent."""


class Background:
    """Does one piece of work after the other, over the caller's connection and in its transaction.

    The caller leaves the database alone until `wait` has returned.
    """

    def __init__(self) -> None:
        self._connection = connections[DEFAULT_DB_ALIAS]
        self._waiting = deque[Future[None]]()
        self._thread = ThreadPoolExecutor(1, "import", initializer=self._share)

    def _share(self) -> None:
        """Use the caller's connection in this thread, which would get another one."""
        connections[DEFAULT_DB_ALIAS] = self._connection

    def do(self, action: Callable[[], None]) -> None:
        """Hand over a piece of work.

        Raises:
            Exception: an earlier one has failed. Nothing is done any more.
        """
        while len(self._waiting) >= _MOST_WAITING or (self._waiting and self._waiting[0].done()):
            self._waiting.popleft().result()
        self._waiting.append(self._thread.submit(action))

    def wait(self) -> None:
        """Wait until all is done.

        Raises:
            Exception: a piece of work has failed.
        """
        while self._waiting:
            self._waiting.popleft().result()

    def __enter__(self) -> Self:
        self._connection.inc_thread_sharing()
        sys.setswitchinterval(_SHORT)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            if kind is None:
                self.wait()
        finally:
            # The caller's transaction must not end under a statement.
            self._thread.shutdown(wait=True, cancel_futures=True)
            sys.setswitchinterval(_USUAL)
            self._connection.dec_thread_sharing()
