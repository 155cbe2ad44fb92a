"""One table of an uploaded file: a CSV file, a sheet of a workbook, a file of an archive."""

from dataclasses import asdict, dataclass, field
from typing import Any, Self

from subscribers.imports.reading.rows_as import RowsAs

LEFT_OUT = "left-out"
"""In place of RowsAs: the rows of a part that isn't imported."""


@dataclass(slots=True)
class Part:
    """One table, and what its rows are."""

    name: str
    """As people know it: of the file, or of the sheet."""
    file: str
    """Its CSV in the folder of the upload."""
    headers: list[str] = field(default_factory=list)
    rows_as: str = RowsAs.SUBSCRIBERS.value
    """One of RowsAs, or LEFT_OUT."""
    problem: str = ""
    """Why it can't be imported."""
    is_ours: bool = False
    """Whether we have written its CSV, so that its encoding is known."""

    def to_json(self) -> dict[str, Any]:
        """Return it as it is kept."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Self:
        """Return what was kept."""
        return cls(**kept)

    @property
    def is_imported(self) -> bool:
        """Return whether its rows are imported."""
        return self.rows_as != LEFT_OUT

    def encoding(self, chosen: str) -> str:
        """Return its encoding, as the engine takes it.

        Args:
            chosen: by staff, for files that aren't ours; empty: to be found out.
        """
        return "utf-8" if self.is_ours else chosen
