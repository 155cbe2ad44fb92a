"""Lists of any size for the measurement of imports: a form's sheet as CSV, or as a workbook."""

import csv
import random
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Final
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from benchmarks.people import FAMILY, GIVEN

COUNTRIES = [
    "New Zealand",
    "Sierra Leone",
    "UK",
    "USA",
    "Romania",
    "Hungary",
    "Guatemala",
    "Türkiye",
    "DE",
    "FRA",
    "Côte d’Ivoire",
    "Nowhere",
]
HEADERS = [
    "Timestamp", "Email Address", "Full Name", "Country",
    "Which organization, parliament or body do you represent?\n(If none, leave this empty)",
    "How did you hear of us?",
]  # fmt: skip
_START = datetime(2021, 3, 1, 8, 0)  # noqa: DTZ001 - a sheet's own wall-clock time
_BEFORE_THE_FIRST = datetime(1899, 12, 30)  # noqa: DTZ001 - of a workbook's days
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_PARTS: Final = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/'
    'content-types"/>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="rId1" '
    f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
    '<sheet name="Answers" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="sheet.xml"/>'
    f'<Relationship Id="rId2" Type="{_OFFICE}/sharedStrings" Target="texts.xml"/>'
    f'<Relationship Id="rId3" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
    "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}"><cellXfs count="2"><xf numFmtId="0"/>'
    '<xf numFmtId="22"/></cellXfs></styleSheet>',
}
"""What a workbook of one sheet has beside its cells and texts. Style 1 is a date with a time."""


def write_sheet(path: Path, rows: int) -> None:
    """Write a form's sheet of `rows` people as CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADERS)
        for sent, *cells in _people(rows):
            stamp = f"{sent.month}/{sent.day}/{sent.year} {sent:%H:%M:%S}"
            writer.writerow([stamp, *cells])


def write_workbook(path: Path, rows: int) -> None:
    """Write the same as a workbook, as Excel does: dates as numbers, each text once."""
    texts: dict[str, int] = {}
    with ZipFile(path, "w", ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in _PARTS.items():
            archive.writestr(name, content)
        with tempfile.TemporaryFile() as kept:
            with archive.open("xl/sheet.xml", "w", force_zip64=True) as sheet:
                _write_cells(sheet, rows, texts, kept)
            kept.seek(0)
            with archive.open("xl/texts.xml", "w", force_zip64=True) as part:
                part.write(f'<sst xmlns="{_MAIN}" uniqueCount="{len(texts)}">'.encode())
                while block := kept.read(1 << 20):
                    part.write(block)
                part.write(b"</sst>")


def _write_cells(sheet: IO[bytes], rows: int, texts: dict[str, int], kept: IO[bytes]) -> None:
    def text(reference: str, value: str) -> str:
        if value not in texts:
            texts[value] = len(texts)
            kept.write(f'<si><t xml:space="preserve">{escape(value)}</t></si>'.encode())
        return f'<c r="{reference}" t="s"><v>{texts[value]}</v></c>'

    sheet.write(f'<worksheet xmlns="{_MAIN}"><sheetData>'.encode())
    cells = "".join(
        text(f"{letter}1", name) for letter, name in zip("ABCDEF", HEADERS, strict=True)
    )
    sheet.write(f'<row r="1">{cells}</row>'.encode())
    for number, (sent, *values) in enumerate(_people(rows), 2):
        days = (sent - _BEFORE_THE_FIRST) / timedelta(days=1)
        cells = "".join(
            text(f"{letter}{number}", value) for letter, value in zip("BCDEF", values, strict=True)
        )
        first = f'<c r="A{number}" s="1"><v>{days!r}</v></c>'
        sheet.write(f'<row r="{number}" spans="1:6">{first}{cells}</row>'.encode())
    sheet.write(b"</sheetData></worksheet>")


def _people(rows: int) -> Iterator[tuple[datetime, str, str, str, str, str]]:
    """Yield `rows` people. Two in a hundred are faulty, or stand there twice.

    A longer list begins with the people of a shorter one, as a sheet that grows does.
    """
    dice = random.Random(1)
    for number in range(rows):
        sent = _START + timedelta(minutes=number)
        name = f"{dice.choice(GIVEN)} {dice.choice(FAMILY)}"
        email = f"person.{number}@mail{dice.randrange(3_000)}.example.org"
        if number % 100 == 50:
            email = "not an address"
        elif number % 100 == 99:
            email = f"Twice.{number // 200}@example.org"
        yield (
            sent,
            email,
            name,
            dice.choice(COUNTRIES),
            f"Parliament of {dice.choice(FAMILY)}, {number}",
            "A friend\ntold me",
        )
