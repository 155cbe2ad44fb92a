"""The second page of an import: what each column holds, and what each file or sheet is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict

from newsletter.core.time_zones import known_zones, zone_menu
from subscribers.admin.list_import.page import CHANGED, import_view, render, to_its_step
from subscribers.imports.reading.columns import IGNORE, guessed_field, is_field, on_one_line
from subscribers.imports.reading.custom_columns import custom_headers
from subscribers.imports.reading.dates import DateOrder
from subscribers.imports.reading.encoding import ENCODINGS, ImportProblem, encoding_by_mark
from subscribers.imports.reading.headers import UNCLEAR, same
from subscribers.imports.reading.own_export import is_own_export
from subscribers.imports.reading.rows_as import RowsAs
from subscribers.imports.reading.table import read_table, rows_of
from subscribers.imports.sources.part import LEFT_OUT, Part
from subscribers.imports.uploads.choices import Choices, imported_parts, parts_of
from subscribers.imports.uploads.folder import folder_named
from subscribers.imports.uploads.upload import NotNow, choose
from subscribers.models import CustomField, ImportUpload
from subscribers.states import ImportStep

MOST_SHOWN = 300
"""Columns with a menu. Of the others, those with a known heading are read."""
_SAMPLES = 3
_ROWS_FOR_SAMPLES = 60
FIELD_LABELS: Mapping[str, str] = {
    "email": "Email address",
    "full_name": "Full name",
    "given_name": "First name",
    "family_name": "Last name",
    "institution": "Institution",
    "labels": "Labels (parted by , or ;)",
    "country": "Country",
    "language": "Language",
    "time_zone": "Time zone",
    "timestamp": "When they signed up",
    "consent": "Answer about consent (yes or no)",
    "subscribed": "Subscribed to the other list (yes or no)",
    "status": "Status on the other list",
    "opted_out": "Unsubscribed (yes, no or a date)",
    "bounced": "Email bounced (yes, no or a date)",
    "complained": "Reported spam (yes, no or a date)",
    "suppressed": "Must not get email (a reason)",
    "topic": "Topic (technical name)",
    "paused_until": "Paused until",
    "greeting": "How to greet them",
    "salutation": "Own words to greet them",
    "discreet_since": "In discreet mode since",
}
"""Field → its words on the page, in the order of the menu."""
ROWS_AS_LABELS: Mapping[str, str] = {
    RowsAs.SUBSCRIBERS.value: "Subscribers",
    RowsAs.UNSUBSCRIBED.value: "People who unsubscribed",
    RowsAs.HARD_BOUNCED.value: "Addresses that don’t exist",
    RowsAs.COMPLAINED.value: "People who reported spam",
    LEFT_OUT: "Leave out",
}
ENCODING_LABELS: Mapping[str, str] = {
    "": "Find out (UTF-8, or UTF-16 if marked)",
    "utf-8": "UTF-8",
    "windows-1252": "Western Europe (Windows-1252)",
    "windows-1250": "Central Europe (Windows-1250)",
    "iso-8859-2": "Central Europe (ISO 8859-2)",
    "windows-1251": "Cyrillic (Windows-1251)",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16, little endian",
    "utf-16-be": "UTF-16, big endian",
}
DATE_LABELS: Mapping[str, str] = {
    "": "Find out from the rows",
    DateOrder.DAY_FIRST.value: "Day first: 3/4/2024 is 3 April",
    DateOrder.MONTH_FIRST.value: "Month first: 3/4/2024 is 4 March",
}


@dataclass(slots=True)
class Column:
    """One column of the list, or several with the same heading."""

    header: str
    name: str
    """Of its menu."""
    chosen: str
    """A field, IGNORE, or empty."""
    guess: str
    samples: list[str] = field(default_factory=list)
    error: str = ""

    @property
    def shown(self) -> str:
        """Return its heading, on one line."""
        return on_one_line(self.header) or "(no heading)"


@import_view("GET", "POST", steps=(ImportStep.READING, ImportStep.COLUMNS, ImportStep.REFUSED))
def columns(request: HttpRequest, upload: ImportUpload) -> HttpResponse:
    """Show what each column is taken for, or keep what staff chose."""
    if upload.status != ImportStep.COLUMNS:
        if request.method == "POST":
            messages.warning(request, CHANGED)
            return to_its_step(upload)
        return render(
            request, "studio/import/columns.html", upload, step="columns", title=upload.file_name
        )
    found = columns_of(upload)
    errors = dict[str, str]()
    if request.method == "POST":
        errors = _keep(upload, request.POST, found)
        if not errors:
            return to_its_step(upload)
    elif upload.problem:
        errors = {_place_of_problem(upload, found): upload.problem}
    return _page(request, upload, found, errors)


def _page(
    request: HttpRequest, upload: ImportUpload, found: list[Column], errors: dict[str, str]
) -> HttpResponse:
    for column in found:
        column.error = errors.get(column.name, "")
    choices = Choices.of(upload)
    custom = CustomField.objects.all()
    typed = request.POST
    parts = parts_of(upload)
    return render(
        request,
        "studio/import/columns.html",
        upload,
        step="columns",
        title=upload.file_name,
        status=422 if errors and request.method == "POST" else 200,
        columns=found,
        errors=errors,
        fields=[*FIELD_LABELS.items(), *((each.key, each.name) for each in custom)],
        ignore=IGNORE,
        parts=[
            (index, part, typed.get(f"part_{index}", part.rows_as))
            for index, part in enumerate(parts)
        ],
        kinds=ROWS_AS_LABELS.items(),
        encodings=ENCODING_LABELS.items(),
        has_own_encoding=any(not part.is_ours for part in parts),
        encoding=typed.get("encoding", choices.encoding),
        date_orders=DATE_LABELS.items(),
        dates=typed.get("dates", choices.dates),
        zones=zone_menu(["UTC"]),
        time_zone=typed.get("time_zone", choices.time_zone),
        notes=upload.findings.get("notes", []),
    )


def columns_of(upload: ImportUpload) -> list[Column]:
    """Return the columns of the tables that are imported, with what each is taken for."""
    chosen = {same(header): name for header, name in Choices.of(upload).columns.items()}
    found: dict[str, Column] = {}
    custom = custom_headers(CustomField.objects.all())
    for part in imported_parts(parts_of(upload)) or parts_of(upload):
        rows = _first_rows(upload, part)
        is_own = is_own_export(part.headers)
        for index, header in enumerate(part.headers):
            words = same(header)
            if words not in found and len(found) < MOST_SHOWN:
                known = guessed_field(header, is_own=is_own, custom=custom)
                guess = known[0] if known and known[0] != UNCLEAR else ""
                name = f"column_{len(found)}"
                found[words] = Column(header, name, chosen.get(words, guess), guess)
            if words in found and not found[words].samples:
                found[words].samples.extend(_samples(rows, index))
    return list(found.values())


def _samples(rows: list[list[str]], index: int) -> list[str]:
    """Return some different cells of a column that aren't empty."""
    cells = (on_one_line(row[index]) for row in rows if index < len(row))
    return list(islice(dict.fromkeys(text for text in cells if text), _SAMPLES))


def _first_rows(upload: ImportUpload, part: Part) -> list[list[str]]:
    """Return the first rows below the headings. None where this host doesn't have the file."""
    try:
        with (folder_named(upload.folder) / part.file).open("rb") as stream:
            start = stream.read(4)
            encoding = part.encoding(Choices.of(upload).encoding) or encoding_by_mark(start)
            table = read_table(stream, encoding="iso-8859-1" if part.problem else encoding)
            rows = islice(rows_of(stream, table), table.header_row, _ROWS_FOR_SAMPLES)
            return [row.cells for row in rows]
    except (ImportProblem, OSError, UnicodeError):
        return []


def _keep(upload: ImportUpload, typed: QueryDict, found: list[Column]) -> dict[str, str]:
    """Keep what was chosen, and have a worker look at the rows.

    Returns:
        Place on the page → what is wrong there.
    """
    custom = custom_headers(CustomField.objects.all())
    for column in found:
        value = typed.get(column.name, column.guess)
        is_known = value == IGNORE or is_field(value, custom=custom)
        column.chosen = value if is_known else ""
    columns = {column.header: name for column in found if (name := _kept(column))}
    encoding = typed.get("encoding", "")
    dates = typed.get("dates", "")
    choices = Choices(
        columns=columns,
        encoding=encoding if encoding in ENCODINGS else "",
        dates=dates if dates in DATE_LABELS else "",
        time_zone=typed.get("time_zone", "UTC"),
    )
    if choices.time_zone not in known_zones():
        return {"time_zone": "Choose a time zone from the list."}
    is_read_anew = choices.encoding != Choices.of(upload).encoding
    if not is_read_anew and "email" not in {column.chosen for column in found}:
        return {found[0].name if found else "columns": "Choose which column holds email addresses."}
    rows_as = {
        index: value
        for index in range(len(upload.parts))
        if (value := typed.get(f"part_{index}", "")) in ROWS_AS_LABELS
    }
    try:
        choose(upload, choices=choices, rows_as=rows_as)
    except ImportProblem as problem:
        return {"part_0": problem.on_page}
    except NotNow:
        return {}
    return {}


def _kept(column: Column) -> str:
    """Return what is kept of a choice: nothing where the column is left to the rules.

    A column that isn't known stays watched for words such as "unsubscribed", unless staff say
    themselves that it is to be ignored.
    """
    if column.chosen or not column.guess:
        return column.chosen
    return IGNORE


def _place_of_problem(upload: ImportUpload, found: list[Column]) -> str:
    wanted = same(upload.problem_header)
    return next(
        (
            column.name
            for column in found
            if upload.problem_header and same(column.header) == wanted
        ),
        "encoding" if any(part.problem for part in parts_of(upload)) else "columns",
    )
