"""Values that forms and pages read of watched tables, kept in the process for one version."""

import threading
from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any, cast

from newsletter.public_pages.version import Version, public_version

_ROOM = 256
"""Values of a process, usually. There are few: a name for each language."""


class KeptValues:
    """The values of one version, by name."""

    def __init__(self, *, room: int = _ROOM) -> None:
        """Keep nothing yet.

        Args:
            room: for so many values. Where it is used up, all are dropped.
        """
        self._room = room
        self._lock = threading.Lock()
        self._values: dict[Hashable, Any] = {}
        self._version: Version | None = None

    def value[T](self, name: Hashable, make: Callable[[], T]) -> T:
        """Return the value of this name, made anew where something has changed since.

        Args:
            name: of what is made, with all that it depends on beside the rows of watched tables.
            make: reads those rows, and returns what nobody changes.
        """
        version = public_version()
        if version is None:
            return make()
        with self._lock:
            if version != self._version or len(self._values) >= self._room:
                self._values.clear()
                self._version = version
            elif name in self._values:
                return cast(T, self._values[name])
        made = make()
        with self._lock:
            if version == self._version:
                self._values[name] = made
        return made

    def several[Name: Hashable, T](
        self, names: Iterable[Name], make: Callable[[list[Name]], Mapping[Name, T]]
    ) -> list[T]:
        """Return the values of these names, of which the missing ones are made together."""
        wanted = list(names)
        version = public_version()
        with self._lock:
            kept = dict(self._values) if version is not None and version == self._version else {}
        missing = [name for name in wanted if name not in kept]
        made = make(missing) if missing else {}
        for name in missing:
            self.value(name, lambda name=name: made[name])  # type: ignore[misc] # bound at once
        return [cast(T, made[name] if name in made else kept[name]) for name in wanted]

    def clear(self) -> None:
        """Drop all values."""
        with self._lock:
            self._values.clear()
            self._version = None


VALUES = KeptValues()
"""The values of this process."""
