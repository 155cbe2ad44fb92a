"""Which column of a form's export holds what: a table of known headers, and the operator's own word over it."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from subscribers.people.import_text import ImportProblem

FIELDS = {
    "email": "the address (the one field that is needed)",
    "timestamp": "when the form was sent",
    "full_name": "the whole name",
    "given_name": "first name",
    "family_name": "last name",
    "organisation": "organisation, parliament or body",
    "country": "country, by name or ISO code",
    "language": "code of the language to write in, such as en",
    "time_zone": "IANA name, such as Pacific/Auckland",
    "consent": "the answer to a question of consent; a row that says no is refused",
    "status": "state in another list; a row that had left there is refused",
    "suppressed": "why the address must not be written to; a row that has one is refused",
}
"""What a column can be mapped to, and what that means."""

IGNORE = "ignore"

KNOWN_HEADERS: dict[str, tuple[str, ...]] = {
    # In the order in which they are asked: a typed address goes before the account that the form was filled in with.
    "email": (
        "email address", "e-mail address", "email", "e-mail", "your email address", "your email", "your e-mail", "your e-mail address",
        "mail", "email id", "email adress", "what is your email address", "what is your email", "what is your e-mail address",
        "please enter your email address", "work email", "contact email", "username", "user name",
    ),
    "timestamp": ("timestamp", "time stamp", "submitted at", "submission time", "submitted on", "date submitted", "subscribed_at", "date"),
    "full_name": (
        "full name", "fullname", "full_name", "name", "your name", "your full name", "name and surname", "first and last name",
        "first name and last name", "what is your name", "what is your full name", "subscriber name",
    ),
    "given_name": ("first name", "firstname", "first_name", "given name", "given name(s)", "given_name", "forename", "your first name"),
    "family_name": ("last name", "lastname", "last_name", "surname", "family name", "family_name", "second name", "your last name"),
    "organisation": (
        "organization", "organisation", "organization name", "organisation name", "company", "institution", "affiliation", "employer",
        "parliament", "legislature", "organisation or parliament", "organization or parliament", "your organization", "your organisation",
    ),
    "country": ("country", "country of residence", "your country", "country/region", "country or region", "nation", "country code"),
    "language": ("language", "preferred language", "locale"),
    "time_zone": ("time zone", "timezone", "time_zone"),
    "consent": ("consent",),
    "status": ("status", "subscription status", "member rating status"),
    "suppressed": ("suppressed",),
}  # fmt: skip

KNOWN_BEGINNINGS: dict[str, str] = {
    "which organization": "organisation",
    "which organisation": "organisation",
    "what organization": "organisation",
    "what organisation": "organisation",
    "name of your organization": "organisation",
    "name of your organisation": "organisation",
    "which parliament": "organisation",
    "what country": "country",
    "which country": "country",
    "in which country": "country",
    "in what country": "country",
    "country where": "country",
    "country in which": "country",
    "i agree": "consent",
    "i consent": "consent",
    "do you agree": "consent",
    "do you consent": "consent",
    "by submitting this form": "consent",
}
"""Long questions are known by how they begin. None of them leads to an address: that must never be guessed."""

_SHOWN = 60
_RANKS = {name: (field_, rank) for field_, names in KNOWN_HEADERS.items() for rank, name in enumerate(names)}


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns to read, by position."""

    headers: tuple[str, ...]
    of_field: Mapping[str, tuple[int, ...]]
    """Field → columns, the first that isn't empty counts. A form whose question was deleted and put back has two."""
    ignored: tuple[str, ...] = field(default=())

    def as_mapping(self) -> dict[str, str]:
        """Header → field, to be shown and kept."""
        pairs = sorted((column, field_) for field_, columns in self.of_field.items() for column in columns)
        return {shown(self.headers[column]): field_ for column, field_ in pairs}


def shown(header: str) -> str:
    """A header on one line, cut where it is long."""
    line = " ".join(header.split())
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1]}…"


def same(header: str) -> str:
    """What two headers have in common that are the same to a person: case, white space and final marks don't count."""
    text = " ".join(unicodedata.normalize("NFKC", header).casefold().split())
    return re.sub(r"[\s?:*.]+$|^\*\s*|\s*\((?:required|optional)\)[\s?:*.]*$", "", text)


def field_of(header: str) -> tuple[str, int] | None:
    """The field that a known header stands for, and its rank among the headers of that field."""
    name = same(header)
    if name in _RANKS:
        return _RANKS[name]
    found = next((field_ for beginning, field_ in KNOWN_BEGINNINGS.items() if name.startswith(beginning)), None)
    return (found, len(KNOWN_HEADERS[found])) if found else None


def map_columns(headers: Sequence[str], *, mapping: Mapping[str, str] | None = None) -> Columns:
    """Decide which column is what.

    Args:
        headers: as the file has them, line breaks and all.
        mapping: header → field or "ignore", the operator's word; a field named here is read from there alone.

    Raises:
        ImportProblem: no column of addresses; or the mapping names a header that isn't there or a field that we don't know.
    """
    named = _named_by_operator(headers, mapping or {})
    given = set(named.values())
    found: dict[str, list[tuple[int, int]]] = {}
    for column, header in enumerate(headers):
        if column in named:
            found.setdefault(named[column], []).append((0, column))
            continue
        known = field_of(header)
        if known and known[0] not in given:
            found.setdefault(known[0], []).append((known[1], column))
    found.pop(IGNORE, None)
    if "email" not in found:
        raise ImportProblem(_no_address(headers))
    of_field = {field_: tuple(column for _, column in sorted(columns)) for field_, columns in found.items()}
    used = {column for columns in of_field.values() for column in columns}
    ignored = tuple(shown(header) for column, header in enumerate(headers) if column not in used and header.strip())
    return Columns(headers=tuple(headers), of_field=of_field, ignored=ignored)


def parse_mapping(pairs: Sequence[str]) -> dict[str, str]:
    """The pairs of --map, each "Header=field"; a header may itself contain "=".

    Raises:
        ImportProblem: a pair without "=", an unknown field, or one header twice.
    """
    mapping: dict[str, str] = {}
    for pair in pairs:
        header, equals, name = pair.rpartition("=")
        if not equals or not header.strip():
            raise ImportProblem(f'--map {pair!r}: it takes "Header=field", such as --map "Your address=email".')
        if same(header) in {same(known) for known in mapping}:
            raise ImportProblem(f"--map: the header {shown(header)!r} is mapped twice.")
        mapping[header] = _field_name(name)
    return mapping


def _field_name(name: str) -> str:
    plain = name.strip().casefold().replace("-", "_").replace(" ", "_")
    plain = {"organization": "organisation", "e_mail": "email", "name": "full_name"}.get(plain, plain)
    if plain not in FIELDS and plain != IGNORE:
        raise ImportProblem(f"--map: there is no field {name.strip()!r}. Known: {', '.join(FIELDS)}, {IGNORE}.")
    return plain


def _named_by_operator(headers: Sequence[str], mapping: Mapping[str, str]) -> dict[int, str]:
    named: dict[int, str] = {}
    for wanted, name in mapping.items():
        columns = [column for column, header in enumerate(headers) if same(header) == same(wanted)]
        if not columns:
            raise ImportProblem(f"There is no column {shown(wanted)!r}. The file has: {_listed(headers)}.")
        named.update(dict.fromkeys(columns, _field_name(name)))
    return named


def _no_address(headers: Sequence[str]) -> str:
    likely = next((header for header in headers if "mail" in header.casefold()), None)
    example = shown(likely or next((header for header in headers if header.strip()), "Header"))
    return (
        f"No column of e-mail addresses was recognised. The file has: {_listed(headers)}. "
        f'Say which one it is, such as --map "{example}=email".'
    )


def _listed(headers: Sequence[str]) -> str:
    names = [repr(shown(header)) for header in headers[:50]]
    return ", ".join(names) + (f" and {len(headers) - 50} more" if len(headers) > 50 else "")
