"""The queue of an installation without Redis: kombu's filesystem transport for several processes.

kombu 5.7 writes a message where consumers already look, so one may read it half written, and takes
a message by moving it to the temporary folder, which across file systems is a copy: two consumers
then get the same message. Here a message appears and is taken by a rename within one folder, which
the kernel does whole or not at all.

A worker that dies loses the hints it held. That costs seconds, never mail: the rows are the queue,
and the clock finds them.
"""

import os
import uuid
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from queue import Empty
from time import monotonic
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps, loads

SCHEME = "embedded"
"""The scheme of the broker's URL."""

POLLING_INTERVAL = 0.2
"""Seconds between two looks into an empty folder. A woken task waits this long at most, for well
under 1 % of a core.
"""


def transport_options(folder: Path) -> dict[str, object]:
    """Return Celery's broker_transport_options. The messages lie in `folder`/queue."""
    messages = folder / "queue"
    messages.mkdir(mode=0o750, parents=True, exist_ok=True)
    return {
        "data_folder_in": str(messages),
        "data_folder_out": str(messages),
        "polling_interval": POLLING_INTERVAL,
    }


def empty(folder: Path) -> int:
    """Delete the hints that an earlier run left, and return how many there were.

    Only while nothing runs. The hints are worth nothing: whatever waits is found in the rows when
    the clock first looks. Without this the folder could grow for ever, because the clock of a host
    whose worker is broken writes on.
    """
    leftover = [path for path in (folder / "queue").glob("*~*") if path.is_file()]
    for path in leftover:
        path.unlink()
    return len(leftover)


class FileChannel(filesystem.Channel):
    """A channel whose messages are files, each whole and each taken once.

    Each queue is reached by the exchange of its own name alone (config.celery), so no table of
    bindings is kept: kombu's is a file that several processes write at once, and that is not there
    for a process which believes to have written it.
    """

    def get_table(self, exchange: str) -> list[tuple[str, str, str]]:  # type: ignore[override] # kombu's two signatures differ
        return [(exchange, "", exchange)]

    def _queue_bind(self, *args: object) -> None:
        pass

    def _delete(self, queue: str, *args: object, **kwargs: object) -> None:
        self._purge(queue)

    def _put(self, queue: str, payload: dict[str, Any], **kwargs: object) -> None:  # type: ignore[override] # kombu's two signatures differ
        # A fixed width, because consumers take the names in their order as text.
        path = Path(self.data_folder_out, f"{monotonic():020.6f}_{uuid.uuid4()}~{queue}.msg")
        draft = path.with_suffix(".draft")
        try:
            draft.write_text(dumps(payload), encoding="utf-8")
            draft.rename(path)
        except OSError:
            # A disk that is full takes a name without any content.
            draft.unlink(missing_ok=True)
            raise

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        for path in self._waiting(queue):
            taken = path.with_suffix(".msg-taken")
            try:
                path.rename(taken)
            except FileNotFoundError:
                continue  # another worker was faster
            payload = loads(taken.read_bytes())
            taken.unlink()
            if not _has_expired(payload):
                return payload
        raise Empty

    def _size(self, queue: str) -> int:
        return len(self._waiting(queue))

    def _purge(self, queue: str) -> int:
        waiting = self._waiting(queue)
        for path in waiting:
            path.unlink(missing_ok=True)
        return len(waiting)

    def _waiting(self, queue: str) -> list[Path]:
        folder, ending = self.data_folder_in, f"~{queue}.msg"
        return [Path(folder, name) for name in sorted(os.listdir(folder)) if name.endswith(ending)]  # noqa: PTH208 - thrice as fast


def _has_expired(payload: dict[str, Any]) -> bool:
    """Return whether a hint has outlived its time, so that nobody need take it.

    A worker would drop it too, but takes few at each look. Once it lagged behind by more than their
    time, it would drop all of them and do nothing.
    """
    expires = payload.get("headers", {}).get("expires")
    return bool(expires) and datetime.fromisoformat(expires) <= datetime.now(UTC)


class FileTransport(filesystem.Transport):
    """kombu's filesystem transport with our channel, for a worker's event loop.

    The loop gives each child of a pool a pipe of its own. Without it all children wait at one pipe,
    behind a lock that the kernel does not free when the child that holds it is killed: then none of
    them ever gets a task again.
    """

    Channel = FileChannel
    implements = filesystem.Transport.implements.extend(asynchronous=True)

    def register_with_event_loop(self, connection: Any, loop: Any) -> None:
        """Look for messages every POLLING_INTERVAL.

        A timer does it, because what a timer finds is given to a child at once. What the loop's
        ticks find may have to wait for the next one.
        """
        loop.call_repeatedly(self.polling_interval, self._deliver_waiting)

    def _deliver_waiting(self) -> None:
        # As many as this worker may hold. A connection that was closed has no channels any more, so
        # nothing is found.
        with suppress(Empty):
            while True:
                self.cycle.get(self._deliver)  # type: ignore[union-attr] # set in __init__


TRANSPORT_ALIASES[SCHEME] = f"{__name__}:FileTransport"
