"""The columns of a sheet: found by known headers, and by the operator's mapping over them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from subscribers.imports.reading.custom_columns import CustomHeaders
from subscribers.imports.reading.encoding import ImportProblem
from subscribers.imports.reading.headers import DECISIVE, UNCLEAR, field_of, same
from subscribers.imports.reading.own_export import is_own_export, own_field

FIELDS = {
    "email": "email address (required)",
    "timestamp": "when the form was submitted",
    "full_name": "full name",
    "given_name": "first name",
    "family_name": "last name",
    "institution": "parliament, ministry or organisation they belong to",
    "labels": "labels, several parted by a comma or a semicolon; new ones are created",
    "country": "country, by name or ISO code",
    "language": "language code, such as en",
    "time_zone": "IANA name, such as Pacific/Auckland",
    "consent": "answer to a consent question; a row without a known yes is refused",
    "subscribed": "if they were subscribed to another list; no is an opt-out",
    "status": "status in another list; unsubscribed is an opt-out",
    "opted_out": "if or when they unsubscribed from another list; yes is an opt-out",
    "bounced": "if or when email to the address bounced; yes is an opt-out",
    "complained": "if or when they reported spam; yes is an opt-out",
    "suppressed": "why the address must not get email; a row with a reason is an opt-out",
    "topic": "technical name of the row's topic; where several are named, others are left out",
    "paused_until": "until when the person gets no campaigns, such as 2027-01-31",
    "greeting": "how to greet them: given_name, full_name, salutation or no_name",
    "salutation": "how to greet them in their own words",
    "discreet_since": "since when they are in discreet mode; a row with a time subscribes nobody",
}
"""The fields that a column can be mapped to, with their meaning; custom fields by their keys."""

_OTHER_NAMES = {
    "organisation": "institution",
    "organization": "institution",
    "e_mail": "email",
    "name": "full_name",
}
"""Names that people write for a field, or that it had before → its name."""

IGNORE = "ignore"
_NONE: CustomHeaders = {}

_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Decisive:
    """One question to each row: may its person be written to."""

    field: str
    header: str
    columns: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns to read, by position."""

    headers: tuple[str, ...]
    of_field: Mapping[str, tuple[int, ...]]
    """Field → columns; the first that isn't empty counts. A form whose question was deleted and put
    back has two.
    """
    ignored: tuple[str, ...] = field(default=())
    unread: tuple[int, ...] = field(default=())
    """Columns that are neither known nor ignored by the operator."""
    is_own: bool = False
    """Whether the list is one that we have exported."""

    def holds(self, *fields: str) -> bool:
        """Return whether a column is read for any of these fields."""
        return any(each in self.of_field for each in fields)

    @property
    def unclear(self) -> tuple[int, ...]:
        """Columns that may decide who is written to, and whose headers don't say how."""
        return self.of_field.get(UNCLEAR, ())

    def decisive(self) -> tuple["Decisive", ...]:
        """The questions that decide whether a row's person is written to.

        Of two columns with the same header one may be empty.
        """
        groups: dict[tuple[str, str], list[int]] = {}
        for field_ in DECISIVE:
            for column in self.of_field.get(field_, ()):
                groups.setdefault((field_, same(self.headers[column])), []).append(column)
        return tuple(
            Decisive(field_, self.headers[columns[0]], tuple(columns))
            for (field_, _), columns in groups.items()
        )

    def as_mapping(self) -> dict[str, str]:
        """Return header → field, to be shown and kept."""
        pairs = sorted(
            (column, field_)
            for field_, columns in self.of_field.items()
            for column in columns
            if field_ != UNCLEAR
        )
        return {on_one_line(self.headers[column]): field_ for column, field_ in pairs}


def on_one_line(text: str) -> str:
    """Return a header or an answer on one line, cut where it is long."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def map_columns(
    headers: Sequence[str],
    *,
    mapping: Mapping[str, str] | None = None,
    custom: CustomHeaders = _NONE,
) -> Columns:
    """Decide which field each column holds.

    Args:
        headers: as the file has them, line breaks and all.
        mapping: header → field or "ignore", the operator's word; a field named here is read from
            there alone. Only what decides who is written to is read from all its columns, unless
            they are to be ignored.
        custom: the headings of custom fields.

    Raises:
        ImportProblem: no column of addresses; or the mapping names a header that isn't there or a
            field that we don't know.
    """
    named = _named_by_operator(headers, mapping or {}, custom=custom)
    given = set(named.values())
    found: dict[str, list[tuple[int, int]]] = {}
    is_own = is_own_export(headers)
    for column, header in enumerate(headers):
        if column in named:
            found.setdefault(named[column], []).append((0, column))
            continue
        known = guessed_field(header, is_own=is_own, custom=custom)
        if known and (known[0] not in given or known[0] in DECISIVE):
            found.setdefault(known[0], []).append((known[1], column))
    told = {column for _, column in found.pop(IGNORE, [])}
    if "email" not in found:
        raise _no_address(headers)
    of_field = {
        field_: tuple(column for _, column in sorted(columns)) for field_, columns in found.items()
    }
    used = {
        column for field_, columns in of_field.items() if field_ != UNCLEAR for column in columns
    }
    ignored = tuple(
        on_one_line(header)
        for column, header in enumerate(headers)
        if column not in used and header.strip()
    )
    unread = tuple(
        column for column in range(len(headers)) if column not in used and column not in told
    )
    return Columns(
        headers=tuple(headers),
        of_field=of_field,
        ignored=ignored,
        unread=unread,
        is_own=is_own,
    )


def guessed_field(
    header: str, *, is_own: bool, custom: CustomHeaders = _NONE
) -> tuple[str, int] | None:
    """Return the field that a header stands for, and its rank among the headers of that field.

    Args:
        is_own: whether the list is one that we have exported.
        custom: the headings of custom fields.
    """
    own = own_field(header) if is_own else None
    own = own or custom.get(same(header))
    return (own, 0) if own else field_of(header)


def parse_mapping(pairs: Sequence[str], *, custom: CustomHeaders = _NONE) -> dict[str, str]:
    """Read the pairs of --map, each "Header=field". A header may itself contain "=".

    Args:
        custom: the headings of custom fields.

    Raises:
        ImportProblem: a pair without "=", an unknown field, or one header twice.
    """
    mapping: dict[str, str] = {}
    for pair in pairs:
        header, equals, name = pair.rpartition("=")
        if not equals or not header.strip():
            raise ImportProblem(
                f'--map {pair!r}: write "Header=field", for example --map "Your address=email".'
            )
        if same(header) in {same(known) for known in mapping}:
            raise ImportProblem(f"--map: the header {on_one_line(header)!r} is mapped twice.")
        mapping[header] = _field_name(name, custom=custom)
    return mapping


def is_field(name: str, *, custom: CustomHeaders) -> bool:
    """Return whether a column can be mapped to this name: one of ours, or a custom field's key."""
    return name in FIELDS or name in custom.values()


def _field_name(name: str, *, custom: CustomHeaders) -> str:
    plain = name.strip().lower().replace("-", "_").replace(" ", "_")
    plain = _OTHER_NAMES.get(plain, plain)
    if not is_field(plain, custom=custom) and plain != IGNORE:
        known = ", ".join([*FIELDS, *dict.fromkeys(custom.values())])
        raise ImportProblem(
            f"--map: there is no field {name.strip()!r}. Fields: {known}, {IGNORE}."
        )
    return plain


def _named_by_operator(
    headers: Sequence[str], mapping: Mapping[str, str], *, custom: CustomHeaders
) -> dict[int, str]:
    named: dict[int, str] = {}
    for wanted, name in mapping.items():
        columns = [column for column, header in enumerate(headers) if same(header) == same(wanted)]
        if not columns:
            raise ImportProblem(
                f"There is no column {on_one_line(wanted)!r}. The file has: {_listed(headers)}."
            )
        named.update(dict.fromkeys(columns, _field_name(name, custom=custom)))
    return named


def _no_address(headers: Sequence[str]) -> ImportProblem:
    likely = next((header for header in headers if "mail" in header.lower()), None)
    example = on_one_line(
        likely or next((header for header in headers if header.strip()), "Header")
    )
    return ImportProblem(
        f"No column of email addresses was found. The file has: {_listed(headers)}.",
        f'Name it, for example: --map "{example}=email".',
        on_page="Choose “Email address” for the column that holds them.",
    )


def _listed(headers: Sequence[str]) -> str:
    names = [repr(on_one_line(header)) for header in headers[:50]]
    return ", ".join(names) + (f" and {len(headers) - 50} more" if len(headers) > 50 else "")
