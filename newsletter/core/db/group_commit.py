"""Group commit: threads that write at the same time share one statement, and so one commit."""

import threading
from collections.abc import Callable, Sequence


class _Waiting[Row]:
    """One caller, and its row."""

    def __init__(self, row: Row) -> None:
        self.row = row
        self.is_done = threading.Event()
        self.leads = False
        self.error: BaseException | None = None


class GroupCommit[Row]:
    """Writes the rows of several threads together.

    Callers of `add` return when their row has been written. The first caller writes; rows that
    arrive meanwhile are written by one of their callers next, all at once. So no caller waits for
    others, and the more there are, the cheaper each row is.
    """

    def __init__(self, write: Callable[[Sequence[Row]], None], *, most: int) -> None:
        """Make a group that `write` writes.

        Args:
            write: writes rows and commits; called by one thread at a time.
            most: the most rows of one call.
        """
        self._write, self._most = write, most
        self._lock = threading.Lock()
        self._waiting: list[_Waiting[Row]] = []
        self._busy = False

    def add(self, row: Row) -> None:
        """Write `row`, perhaps with those of others.

        Raises:
            Exception: what `write` raised, to each of those whose rows it was to write.
        """
        mine = _Waiting(row)
        with self._lock:
            self._waiting.append(mine)
            mine.leads, self._busy = not self._busy, True
        if not mine.leads:
            mine.is_done.wait()
        if mine.leads:
            self._lead(mine)
        if mine.error is not None:
            raise mine.error

    def _lead(self, mine: _Waiting[Row]) -> None:
        with self._lock:
            ours, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
        error: BaseException | None = None
        try:
            self._write([waiting.row for waiting in ours])
        except BaseException as raised:  # noqa: BLE001 - raised again by each caller
            error = raised
        with self._lock:
            self._busy = bool(self._waiting)
            following = self._waiting[:1]
        for waiting in following:
            waiting.leads = True
            waiting.is_done.set()
        for waiting in ours:
            waiting.error = error
            waiting.is_done.set()
