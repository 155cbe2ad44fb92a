"""Files as pages give them: small ones from memory, and none from a storage that doesn't answer.

A storage that stalls would hold each thread that asks it, and with them every other page. So it
isn't asked again for some seconds, and then by one request first.
"""

import time
from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock
from weakref import WeakKeyDictionary

from django.core.files.storage import Storage

from newsletter.media.storage import StorageDown, media_storage, read_whole

REST = 15.0
"""Seconds in which a storage that didn't answer isn't asked."""
KEPT = 48
"""Files in the memory of a process. Those of an email that goes out are asked for all the time."""
SMALL = 256_000
"""Bytes of a file that is kept, at most."""


@dataclass(slots=True)
class _Memory:
    """The files that were read last, and when the storage is asked again (0: now)."""

    files: OrderedDict[str, bytes] = field(default_factory=OrderedDict)
    rests_until: float = 0.0


_lock = Lock()
_memories: WeakKeyDictionary[Storage, _Memory] = WeakKeyDictionary()


def read_recent(name: str) -> bytes | None:
    """Read a file; None where the storage doesn't have it.

    Raises:
        StorageDown: it doesn't answer, or didn't a moment ago.
    """
    with _lock:
        memory = _memories.setdefault(media_storage(), _Memory())
        if name in memory.files:
            memory.files.move_to_end(name)
            return memory.files[name]
        if memory.rests_until:
            if time.monotonic() < memory.rests_until:
                raise StorageDown("the storage didn't answer a moment ago")
            memory.rests_until = time.monotonic() + REST  # for all but this one
    try:
        content = read_whole(name)
    except StorageDown:
        memory.rests_until = time.monotonic() + REST
        raise
    with _lock:
        memory.rests_until = 0.0
        if content is not None and len(content) <= SMALL:
            memory.files[name] = content
            while len(memory.files) > KEPT:
                memory.files.popitem(last=False)
    return content
