"""One row of the file as one person: checked, with the evidence of consent that it shows."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo

from newsletter.core.addresses import address_digest
from newsletter.core.languages import BadLanguage, parse_language
from newsletter.core.spreadsheets import CELL_ERRORS, plain_cell
from newsletter.core.time_zones import known_zones
from newsletter.core.web_addresses import holds_web_address
from subscribers.countries import body_codes
from subscribers.imports.reading.columns import Columns, Decisive, on_one_line
from subscribers.imports.reading.countries import Bodies, country_code
from subscribers.imports.reading.dates import DateOrder, read_timestamp
from subscribers.imports.reading.rows_as import RowsAs
from subscribers.imports.reading.table import TableRow
from subscribers.imports.rows.decision import (
    REASON_OF_ALL,
    UNSUBSCRIBED,
    RefusedRow,
    RowDecision,
    decide_row,
)
from subscribers.imports.rows.own_details import greeting_of, pause_of, salutation_of
from subscribers.imports.rows.row_address import read_address
from subscribers.imports.rows.row_extras import FoundLabels, values_of_row
from subscribers.imports.rows.row_names import checked_name, given_name_of, joined_name
from subscribers.imports.rows.row_people import ImportRow, LeaverRow
from subscribers.models import CustomField
from subscribers.person_names import MAXIMUM_GIVEN_NAME, MAXIMUM_NAME

MAXIMUM_INSTITUTION = 200
MAXIMUM_RAW = 100
"""Characters of a timestamp's text that are kept as evidence."""
UNDATED = "No date of consent; the evidence says that none was given"


_CODE = re.compile(r"[A-Z]{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class RowReader:
    """The settings that all rows of one file share."""

    columns: Columns
    order: DateOrder
    zone: tzinfo
    now: datetime
    languages: frozenset[str]
    parse: Callable[[str], str]
    """Text → address, or BadAddress; see newsletter.core.addresses."""
    rows_as: RowsAs | None = None
    """The operator's decision on all rows."""
    decisive: tuple[Decisive, ...] = ()
    """`columns.decisive()`."""
    topic: str = ""
    """The technical name whose rows are read; empty: all rows are."""
    bodies: Bodies = field(default_factory=body_codes)
    """Names that staff gave bodies, each with its code."""
    fields: tuple[CustomField, ...] = ()
    """The custom fields that there are."""
    order_of_dates: DateOrder = DateOrder.UNNEEDED
    """In the columns of custom fields."""
    labels: FoundLabels = field(default_factory=FoundLabels)
    """The labels that rows name."""
    notices: Counter[str] = field(default_factory=Counter)
    """Details that were left out though their row was taken, with the number of rows."""

    def read(self, record: TableRow) -> ImportRow | LeaverRow | None:
        """Return the person of one row, or None where it is blank, or about another topic.

        Raises:
            RefusedRow: with the reason.
        """
        cells = record.cells
        if not "".join(cells).strip():
            return None
        width = len(self.columns.headers)
        if len(cells) > width and "".join(cells[width:]).strip():
            raise RefusedRow(
                f"It has {len(cells)} cells, but the header has {width}. A cell may contain a "
                f"delimiter without quotation marks."
            )
        if self.topic and (other := self._cell(cells, "topic")) != self.topic:
            self._notice("Rows of another topic, left out", other)
            return None
        email, named = read_address(self._cell(cells, "email"), parse=self.parse)
        decision = (
            decide_row(cells, self.decisive, read_moment=self._read_moment)
            if self.decisive
            else RowDecision()
        )
        if self.rows_as is not None and self.rows_as in REASON_OF_ALL:
            decision.reasons.add(REASON_OF_ALL[self.rows_as])
        if decision.reasons:
            return self._leaver(record, email, decision)
        if decision.refusal:
            if decision.not_understood:
                self.notices[decision.not_understood] += 1
            raise RefusedRow(decision.refusal, lacks_consent=True)
        country = self._country(cells)
        full_name, given_name = self._names(cells, country, named)
        # Before anything is counted, and labels last: a row that is refused names no new ones.
        values = values_of_row(
            [(each, self._cell(cells, each.key)) for each in self.fields],
            order=self.order_of_dates,
        )
        labels = self.labels.read(self._cell(cells, "labels"))
        given_at, timestamp = self._moment(cells)
        return ImportRow(
            number=record.number,
            email=email,
            digest=address_digest(email),
            full_name=full_name,
            given_name=given_name,
            institution=self._institution(cells),
            country=country,
            language=self._language(cells),
            time_zone=self._time_zone(cells),
            given_at=given_at,
            timestamp=timestamp,
            answers="\n".join(decision.answers),
            greeting=greeting_of(self._cell(cells, "greeting"), notice=self._notice),
            salutation=salutation_of(self._cell(cells, "salutation"), notice=self._notice),
            paused_until=pause_of(
                self._cell(cells, "paused_until"), now=self.now, read_moment=self._read_moment
            ),
            is_discreet=bool(self._cell(cells, "discreet_since")),
            labels=labels,
            values=values,
        )

    @property
    def _has_both_names(self) -> bool:
        return {"full_name", "given_name"} <= self.columns.of_field.keys()

    def _leaver(self, record: TableRow, email: str, decision: RowDecision) -> LeaverRow:
        left_at = decision.left_at
        if left_at is None and self.columns.is_own and decision.reasons == {UNSUBSCRIBED}:
            # The time of the row is that of its last change.
            left_at = self._read_moment(self._cell(record.cells, "timestamp"))
        if left_at is not None and left_at > self.now:
            left_at = None
        return LeaverRow(
            record.number,
            email,
            address_digest(email),
            frozenset(decision.reasons),
            decision.said,
            left_at,
        )

    def _read_moment(self, text: str) -> datetime | None:
        return read_timestamp(text, order=self.order, zone=self.zone)

    def typed_address(self, record: TableRow) -> str:
        """Return the cell of a row's address as it was typed, cut where it is long."""
        return on_one_line(self._cell(record.cells, "email"))

    def _cell(self, cells: list[str], field_: str) -> str:
        columns = self.columns.of_field.get(field_)
        if columns is None:
            return ""
        width = len(cells)
        for column in columns:
            if column < width and (text := cells[column].strip()):
                if text[0] == "#" and field_ != "email" and text.upper() in CELL_ERRORS:
                    self._notice("A formula failed, left empty", text)
                    continue
                return plain_cell(text) if text[0] == "'" else text
        return ""

    def _notice(self, kind: str, text: str) -> None:
        key = f"{kind}: {on_one_line(text)}"
        if key in self.notices or len(self.notices) < 1_000:  # so that memory stays flat
            self.notices[key] += 1
        else:
            self.notices["Further details were left out"] += 1

    def _country(self, cells: list[str]) -> str:
        text = self._cell(cells, "country")
        code = country_code(text, bodies=self.bodies) if text else ""
        if text and not code and self.columns.is_own and _CODE.fullmatch(text):
            return text  # of a body that isn't offered any more
        if text and not code:
            self._notice("Unknown country, left empty", text)
        return code

    def _names(self, cells: list[str], country: str, named: str) -> tuple[str, str]:
        given = self._name(cells, "given_name", what="first name", maximum=MAXIMUM_GIVEN_NAME)
        family = self._name(cells, "family_name", what="last name", maximum=MAXIMUM_NAME)
        full = self._name(cells, "full_name", what="name", maximum=MAXIMUM_NAME)
        if full and family and not given and family not in full:
            # "Name" beside "Surname", "Nombre" beside "Apellidos".
            given, full = full[:MAXIMUM_GIVEN_NAME], ""
        full = (
            full
            or joined_name(given, family)
            or self._checked_name(named, what="name", maximum=MAXIMUM_NAME)
        )
        if len(full) > MAXIMUM_NAME:
            raise RefusedRow(f"The name has more than {MAXIMUM_NAME} characters.")
        # A list that has both says of whom no given name is known.
        if not given and full and not self._has_both_names:
            given = given_name_of(full, country)
        return full, given

    def _name(self, cells: list[str], field_: str, *, what: str, maximum: int) -> str:
        return self._checked_name(self._cell(cells, field_), what=what, maximum=maximum)

    def _checked_name(self, text: str, *, what: str, maximum: int) -> str:
        if not text:
            return ""
        name = checked_name(text, what=what, maximum=maximum)
        if name and holds_web_address(name):
            self._notice("Name with a web address, left empty", name)
            return ""
        return name

    def _institution(self, cells: list[str]) -> str:
        text = self._cell(cells, "institution")
        if not text:
            return ""
        # An answer of several lines is an ordinary one here; it goes onto one line.
        if not text.isprintable():
            text = "".join(" " if unicodedata.category(mark) == "Cc" else mark for mark in text)
        plain = " ".join(text.split())
        if len(plain) > MAXIMUM_INSTITUTION:
            self._notice(
                f"Institution longer than {MAXIMUM_INSTITUTION} characters, left empty", plain
            )
            return ""
        return unicodedata.normalize("NFC", plain)

    def _language(self, cells: list[str]) -> str:
        text = self._cell(cells, "language")
        if not text:
            return ""
        code = text.lower().replace("_", "-")
        found = next(
            (known for known in (code, code.partition("-")[0]) if known in self.languages), ""
        )
        if not found and self.columns.is_own:
            with suppress(BadLanguage):
                return parse_language(text)  # that isn't offered any more
        if not found:
            self._notice("Language not in use here, default kept", text)
        return found

    def _time_zone(self, cells: list[str]) -> str:
        text = self._cell(cells, "time_zone")
        if text and text not in known_zones():
            self._notice("Unknown time zone, left empty", text)
            return ""
        return text

    def _moment(self, cells: list[str]) -> tuple[datetime | None, str]:
        text = self._cell(cells, "timestamp")
        if not text:
            self.notices[UNDATED] += 1
            return None, ""
        moment = read_timestamp(text, order=self.order, zone=self.zone)
        if moment is not None and moment > self.now + timedelta(days=1):
            self.notices[
                "Timestamp in the future; the time of the import is kept with its text"
            ] += 1
            moment = None
        elif moment is None:
            self.notices[
                "Timestamp not understood; the time of the import is kept with its text"
            ] += 1
        return moment, text[:MAXIMUM_RAW]
