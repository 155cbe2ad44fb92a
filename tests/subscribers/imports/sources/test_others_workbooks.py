"""Workbooks as other programs write them: extensions, repeated values, names of parts."""

import csv
import io
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest

from subscribers.imports.sources.unpack import unpack
from tests.subscribers.imports.workbooks import MAIN, archive, row, sheet, workbook

DAY_1 = sheet(row(1, '<c r="A1" s="1"><v>1</v></c>'))


def cells_of(file: bytes, folder: Path) -> list[list[str]]:
    upload = folder / "upload"
    upload.write_bytes(file)
    [part] = unpack(upload, file_name="people.xlsx", folder=folder).parts
    with (folder / part.file).open(encoding="utf-8", newline="") as rows:
        return list(csv.reader(rows))


def test_an_extension_of_the_workbook_does_not_take_its_calendar_away(tmp_path: Path) -> None:
    """Newer versions write another workbookPr, in which nothing is said of 1904."""
    ordinary = workbook({"People": DAY_1}, since_1904=True)
    with ZipFile(io.BytesIO(ordinary)) as packed:
        book = packed.read("xl/workbook.xml").decode()
    extended = book.replace(
        "</workbook>",
        '<extLst><ext xmlns:x15="urn:x15"><x15:workbookPr chartTrackingRefBase="1"/></ext></extLst>'
        "</workbook>",
    )
    file = workbook({"People": DAY_1}, more={"xl/workbook.xml": extended})
    assert cells_of(file, tmp_path) == [["1904-01-02"]]


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="A1" t="inlineStr"><v>ada@old.example.org</v><is><t>ada@example.org</t></is></c>',
        '<c r="A1" t="inlineStr"><is><t>ada@example.org</t></is><v>ada@old.example.org</v></c>',
        '<c r="A1" t="inlineStr"><is><r><t>ada@</t></r><r><t>example.org</t></r></is></c>',
    ],
)
def test_the_text_in_a_cell_counts_and_not_a_value_beside_it(tmp_path: Path, cell: str) -> None:
    assert cells_of(workbook({"People": sheet(row(1, cell))}), tmp_path) == [["ada@example.org"]]


@pytest.mark.parametrize(
    "rename",
    [
        lambda name: name.replace("sharedStrings", "SharedStrings").replace("sheet1", "Sheet1"),
        lambda name: name.replace("/", "\\"),
    ],
    ids=["capitals", "backslashes"],
)
def test_parts_are_found_however_their_names_are_written(
    tmp_path: Path, rename: Callable[[str], str]
) -> None:
    texts = f'<sst xmlns="{MAIN}"><si><t>ada@example.org</t></si></sst>'
    ordinary = workbook({"People": sheet(row(1, '<c r="A1" t="s"><v>0</v></c>'))}, texts=texts)
    with ZipFile(io.BytesIO(ordinary)) as packed:
        parts = {rename(name): packed.read(name) for name in packed.namelist()}
    assert cells_of(archive(parts), tmp_path) == [["ada@example.org"]]
