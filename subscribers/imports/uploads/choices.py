"""The choices about an uploaded list, as its row keeps them and as the engine takes them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Any, Self
from zoneinfo import ZoneInfo

from subscribers.imports.reading.dates import DateOrder
from subscribers.imports.rows.decision import REASON_OF_ALL
from subscribers.imports.sources.part import LEFT_OUT, Part
from subscribers.models import ImportUpload


@dataclass(frozen=True, slots=True)
class Choices:
    """Columns, encoding, dates and time zone."""

    columns: Mapping[str, str] = field(default_factory=dict)
    """Heading → field or "ignore", where staff chose one."""
    encoding: str = ""
    dates: str = ""
    """A DateOrder, or empty: found out from the rows."""
    time_zone: str = "UTC"

    @classmethod
    def of(cls, upload: ImportUpload) -> Self:
        """Return the choices about an upload."""
        kept: dict[str, Any] = upload.choices
        return cls(**kept)

    def to_json(self) -> dict[str, Any]:
        """Return them as they are kept."""
        return {
            "columns": dict(self.columns),
            "encoding": self.encoding,
            "dates": self.dates,
            "time_zone": self.time_zone,
        }

    @property
    def date_order(self) -> DateOrder | None:
        """Return the order of dates, as the engine takes it."""
        return DateOrder(self.dates) if self.dates else None

    @property
    def zone(self) -> tzinfo:
        """Return the zone of timestamps that name none."""
        return ZoneInfo(self.time_zone)


def parts_of(upload: ImportUpload) -> list[Part]:
    """Return the tables of an upload."""
    return [Part.from_json(kept) for kept in upload.parts]


def imported_parts(parts: Sequence[Part]) -> list[Part]:
    """Return the tables whose rows are imported."""
    return [part for part in parts if part.rows_as != LEFT_OUT]


def needs_consent(upload: ImportUpload) -> bool:
    """Return whether any of its tables holds people who would be subscribed."""
    opt_outs = {rows_as.value for rows_as in REASON_OF_ALL}
    return any(part.rows_as not in opt_outs for part in imported_parts(parts_of(upload)))
