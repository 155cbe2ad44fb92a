"""A chain: one table that is sealed, and all that is particular to it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Model, QuerySet

from newsletter.audit_actions import AuditedAction
from newsletter.models import Seal

type RemovedEntries = Mapping[int, Mapping[int, str]]
"""Number of a seal → id → digest of its entries that were removed by us."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One place where a sealed table isn't as it was written."""

    place: str
    """Such as "entry 17 (seal 3)"."""
    what: str

    def __str__(self) -> str:
        return f"{self.place}: {self.what}"


def _none_removed(numbers: Sequence[int]) -> RemovedEntries:
    return {}


def _nothing_else() -> Iterator[Problem]:
    return iter(())


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain[Entry: Model]:
    """A table whose rows are sealed.

    A row has `seal`, empty until the clock has sealed it, and a digest of its content that was made
    when it was written.

    Args:
        name: as in "The audit log is as it was written."
        entry, entries: what a row is called.
        rows, seals: the tables.
        digest, written_at: names of columns of the rows.
        kind: of the seals' digests.
        file_name: of the file in VAR_DIR that remembers the newest seal.
        command: the one that verifies the table.
        restored: what the audit log records when a restored table is accepted.
        read_with: names of relations of a row that `faults` looks at.
        faults: yields what is wrong with the content of a row.
        removed: finds the entries of some seals that were removed by us.
        others: yields what is wrong with the tables that the rows refer to.
        may_be_signed_yet: whether rows without a digest are left out of seals, since somebody may
            have them signed. Otherwise they are sealed as they are, and can't go unseen.
    """

    name: str
    entry: str
    entries: str
    rows: type[Entry]
    seals: type[Seal]
    digest: str
    written_at: str
    kind: str
    file_name: str
    command: str
    restored: AuditedAction
    faults: Callable[[Entry], Iterator[str]]
    read_with: tuple[str, ...] = ()
    removed: Callable[[Sequence[int]], RemovedEntries] = _none_removed
    others: Callable[[], Iterator[Problem]] = _nothing_else
    may_be_signed_yet: Callable[[], bool] = _never

    @property
    def every_row(self) -> QuerySet[Entry]:
        """All rows, as `faults` wants them."""
        rows = self.rows._default_manager.all()
        return rows.select_related(*self.read_with) if self.read_with else rows
