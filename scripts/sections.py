"""The sections of the tests: which of them run together, and how."""

from collections.abc import Sequence
from dataclasses import dataclass

REAL_PROCESSES = "browser or journey"
"""Tests that drive a browser or start real processes: for most of them, once is enough."""
TOGETHER = ("-n", "3")
"""One more than there are processors: now and then a test waits for a server that hangs, or for the
disk.
"""


@dataclass(frozen=True)
class Section:
    """Tests that are run together."""

    name: str
    """As `bin/test NAME` and `make test-all SECTION=NAME` take it."""
    title: str
    options: Sequence[str]
    every: str
    """All of its tests, as pytest's -m takes them."""
    sample: str
    """Those of `make test`, which draws a sample of the thorough ones among them."""
    every_marked: str = ""
    """Collect no other modules than those with these marks, for all its tests; empty: all."""
    sample_marked: str = ""
    """The same, for a sample."""
    on_services: bool = False
    """Whether they are run on PostgreSQL with Redis."""

    def arguments(self, seed: str | None, without: str = "") -> list[str]:
        """Return what pytest is told to run them all, or a sample.

        Args:
            seed: of the sample; None: all.
            without: what to add to the expression of marks.
        """
        marks, marked = (
            (self.every, self.every_marked) if seed is None else (self.sample, self.sample_marked)
        )
        return [
            *self.options,
            *("-m", f"({marks}){without}"),
            *(("--marked", marked) if marked else ()),
            *(("--sample", seed) if seed else ()),
        ]


SECTIONS = (
    Section(
        "embedded",
        "Tests, embedded (SQLite, no Redis)",
        TOGETHER,
        every=f"not postgres and not ({REAL_PROCESSES})",
        sample=f"not postgres and not ({REAL_PROCESSES})",
    ),
    Section(
        "browser",
        "Browser and journeys",
        # They wait more than they compute.
        ("-n", "4", "-p", "tests.side_by_side"),
        every=REAL_PROCESSES,
        sample=f"smoke and ({REAL_PROCESSES})",
        every_marked="browser journey",
        sample_marked="smoke",
    ),
    Section(
        "services",
        "Tests, PostgreSQL with Redis",
        (*TOGETHER, "-p", "tests.on_services"),
        every=f"not ({REAL_PROCESSES})",
        sample=f"(services or postgres) and not ({REAL_PROCESSES})",
        sample_marked="services postgres",
        on_services=True,
    ),
    Section(
        "journey",
        "Journey, PostgreSQL with Redis",
        # The main job, from end to end.
        ("tests/journeys/test_whole_chain.py",),
        every=REAL_PROCESSES,
        sample=REAL_PROCESSES,
        on_services=True,
    ),
)
EMBEDDED = SECTIONS[0]
