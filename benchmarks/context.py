"""The servers that all measurements share, and databases with people in them, each filled once."""

import contextlib
import secrets
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Self

from benchmarks.installation import Installation, environment
from scripts import services


class Context:
    """The databases of one run. They are dropped at its end."""

    def __init__(self, *, quick: bool = False, imported: int = 100_000) -> None:
        """Find the servers.

        Args:
            imported: rows of the list that is imported.
            quick: measure a tenth of everything, once, and nothing with a million: to see that the
                measurements work, without figures to compare.

        Raises:
            Unavailable: there is no PostgreSQL or no Redis.
        """
        self.quick = quick
        self.imported = imported
        self._stack = contextlib.ExitStack()
        self._keys = secrets.token_urlsafe(48)
        self._filled: dict[int, str] = {}
        self.server = self._stack.enter_context(services.postgresql())
        self.redis_url = self._stack.enter_context(services.redis_server())
        self._empty = self._stack.enter_context(services.scratch_database(f"{self.server}_bench"))
        with self._on(self._empty) as empty:
            empty.manage("migrate", "--verbosity", "0")

    @property
    def database_url(self) -> str:
        return self._empty

    def size(self, number: int) -> int:
        """Return how many people a measurement with `number` takes in this run."""
        return number // 10 if self.quick else number

    def rounds(self, number: int) -> int:
        """Return how often a measurement is taken. The median counts."""
        return 1 if self.quick else number

    @contextlib.contextmanager
    def installation(self, people: int, **variables: str) -> Iterator[Installation]:
        """Provide an installation whose campaigns go to so many people, with a database of its own.

        Args:
            variables: further variables of its environment, such as BULK_MAILER_URL.
        """
        with (
            services.scratch_database(f"{self.server}_run", template=self._with(people)) as url,
            self._on(url, **variables) as one,
        ):
            yield one

    def _with(self, people: int) -> str:
        """Return the URL of a database with so many people, which is only ever copied."""
        if people not in self._filled:
            url = self._stack.enter_context(
                services.scratch_database(f"{self.server}_{people}", template=self._empty)
            )
            with self._on(url) as filled:
                filled.run("-m", "benchmarks.people", str(people))
            self._filled[people] = url
        return self._filled[people]

    @contextlib.contextmanager
    def _on(self, url: str, **variables: str) -> Iterator[Installation]:
        with tempfile.TemporaryDirectory(prefix="convene-bench-") as name:
            folder = Path(name)
            one = Installation(
                environment(
                    database_url=url,
                    redis_url=self.redis_url,
                    folder=folder,
                    link_keys=self._keys,
                    **variables,
                ),
                folder,
            )
            try:
                yield one
            finally:
                one.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()
