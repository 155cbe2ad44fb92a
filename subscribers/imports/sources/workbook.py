"""The parts of a workbook (Office Open XML, ECMA-376): its sheets, texts and formats of numbers."""

import posixpath
from dataclasses import dataclass, field
from typing import IO
from zipfile import ZipFile

from subscribers.imports.reading.encoding import ImportProblem
from subscribers.imports.sources.archives import DAMAGED
from subscribers.imports.sources.number_formats import is_date_format
from subscribers.imports.sources.xml_events import End, Start, local, parse

MOST_SHEETS = 100
_ROOT = "_rels/.rels"
_MACROS = ("vbaproject.bin", "vbadata.xml")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of cells, and the part that holds it."""

    name: str
    part: str
    is_hidden: bool


@dataclass(slots=True)
class Workbook:
    """All that is said once for its sheets."""

    sheets: list[Sheet] = field(default_factory=list)
    texts: str = ""
    """The part with the shared texts; empty where there is none."""
    date_styles: frozenset[int] = frozenset()
    """The styles of cells that show a date."""
    since_1904: bool = False
    has_macros: bool = False


@dataclass(frozen=True, slots=True)
class _Relation:
    kind: str
    part: str


def is_workbook(archive: ZipFile) -> bool:
    """Return whether an archive is a workbook of the XML kind."""
    return bool(_entry(archive, "[Content_Types].xml") and _entry(archive, _ROOT))


def read_workbook(archive: ZipFile) -> Workbook:
    """Read the parts of a workbook.

    Raises:
        ImportProblem: it has none that we read.
    """
    main = next(
        (each.part for each in _relations(archive, "").values() if each.kind == "officeDocument"),
        "",
    )
    if main.endswith(".bin"):
        raise ImportProblem("The file is a binary workbook (.xlsb). Save it as .xlsx or .csv.")
    if not main or not _entry(archive, main):
        raise ImportProblem("The file is no workbook. Save the list as .xlsx or .csv.")
    relations = _relations(archive, main)
    book = Workbook(
        has_macros=any(
            posixpath.basename(_same_for_all(name)) in _MACROS for name in archive.namelist()
        )
    )
    found: list[tuple[str, str, bool]] = []
    within: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        kind = local(name)
        within.append(kind)
        # Extensions of later versions have elements of the same names, further in.
        if within == ["workbook", "workbookPr"]:
            book.since_1904 = attributes.get("date1904", "") in ("1", "true")
        elif within == ["workbook", "sheets", "sheet"]:
            key = next((text for name, text in attributes.items() if local(name) == "id"), "")
            hidden = attributes.get("state", "visible") != "visible"
            found.append((attributes.get("name", ""), key, hidden))

    def end(name: str) -> None:
        within.pop()

    _read(archive, main, start, end)
    for name, key, hidden in found[:MOST_SHEETS]:
        relation = relations.get(key)
        if relation and relation.kind == "worksheet":
            book.sheets.append(Sheet(name, relation.part, hidden))
    by_kind = {each.kind: each.part for each in relations.values()}
    book.texts = by_kind.get("sharedStrings", "")
    if styles := by_kind.get("styles"):
        book.date_styles = _date_styles(archive, styles)
    return book


def opened_part(archive: ZipFile, part: str) -> IO[bytes]:
    """Open a part of a workbook.

    Raises:
        ImportProblem: it isn't there.
    """
    name = _entry(archive, part)
    if not name:
        raise ImportProblem(DAMAGED)
    return archive.open(name)


def _entry(archive: ZipFile, part: str) -> str:
    """Return the name of the entry that holds a part; empty where there is none.

    Names of parts that differ in case alone are the same (ECMA-376 part 2, 6.2.2.3), and some
    programs write backslashes.
    """
    wanted = _same_for_all(part)
    return next((name for name in archive.namelist() if _same_for_all(name) == wanted), "")


def _same_for_all(name: str) -> str:
    return name.replace("\\", "/").lower()


def _relations(archive: ZipFile, part: str) -> dict[str, _Relation]:
    """Return id → the parts that a part refers to. What lies outside of the file is left out."""
    folder, name = posixpath.split(part)
    path = posixpath.join(folder, "_rels", f"{name}.rels")
    found: dict[str, _Relation] = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        if local(name) != "Relationship" or attributes.get("TargetMode") == "External":
            return
        target = attributes.get("Target", "").replace("\\", "/")
        whole = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
        kind = attributes.get("Type", "").rpartition("/")[2]
        found[attributes.get("Id", "")] = _Relation(kind, whole)

    if _entry(archive, path):
        _read(archive, path, start)
    return found


def _date_styles(archive: ZipFile, part: str) -> frozenset[int]:
    """Return the numbers of the styles of cells that show dates."""
    codes: dict[int, str] = {}
    styles: list[int] = []
    within: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        kind = local(name)
        within.append(kind)
        if kind == "numFmt" and "numFmts" in within:
            codes[_number(attributes.get("numFmtId"))] = attributes.get("formatCode", "")
        elif kind == "xf" and "cellXfs" in within:
            styles.append(_number(attributes.get("numFmtId")))

    def end(name: str) -> None:
        within.pop()

    _read(archive, part, start, end)
    return frozenset(
        style
        for style, format_ in enumerate(styles)
        if is_date_format(format_, codes.get(format_, ""))
    )


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 0


def _read(archive: ZipFile, part: str, start: Start, end: End = lambda name: None) -> None:
    with opened_part(archive, part) as stream:
        for _ in parse(stream, start=start, end=end, text=lambda text: None):
            pass
