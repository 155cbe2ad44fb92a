"""Small workbooks, written part by part, so that a test can put anything into one."""

import io
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"

STYLES = (
    f'<styleSheet xmlns="{MAIN}"><numFmts count="1">'
    '<numFmt numFmtId="164" formatCode="dd/mm/yyyy\\ hh:mm"/></numFmts>'
    '<cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/></cellXfs>'
    "</styleSheet>"
)
"""Style 1 is a date of the program's own, style 2 a spelt-out one."""


def relations(entries: Mapping[str, tuple[str, str]]) -> str:
    """Return relations: id → the last word of their kind, and the target."""
    rows = "".join(
        f'<Relationship Id="{key}" Type="{REL}/{kind}" Target={quoteattr(target)}/>'
        for key, (kind, target) in entries.items()
    )
    return f'<Relationships xmlns="{PACKAGE}">{rows}</Relationships>'


def inline(reference: str, text: str) -> str:
    """Return a cell with its text in it."""
    return f'<c r="{reference}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'


def sheet(*rows: str) -> str:
    """Return a sheet of rows."""
    return f'<worksheet xmlns="{MAIN}"><sheetData>{"".join(rows)}</sheetData></worksheet>'


def row(number: int, *cells: str, attributes: str = "") -> str:
    """Return a row of cells."""
    return f'<row r="{number}"{attributes}>{"".join(cells)}</row>'


def text_rows(*rows: Sequence[str]) -> str:
    """Return a sheet of rows of texts."""
    return sheet(
        *(
            row(
                number,
                *(
                    inline(f"{letter}{number}", text)
                    for letter, text in zip("ABCDEFGHIJ", each, strict=False)
                ),
            )
            for number, each in enumerate(rows, 1)
        )
    )


def workbook(
    sheets: Mapping[str, str],
    *,
    texts: str = "",
    hidden: Sequence[str] = (),
    since_1904: bool = False,
    more: Mapping[str, str | bytes] | None = None,
) -> bytes:
    """Return a workbook.

    Args:
        sheets: name → the XML of the sheet.
        texts: the XML of the shared texts.
        hidden: names of sheets that are hidden.
        since_1904: whether its days count from 1904.
        more: path → further parts, or others in place of ours.
    """
    entries = {
        f"rId{number}": ("worksheet", f"worksheets/sheet{number}.xml")
        for number in range(1, len(sheets) + 1)
    }
    entries["rIdStyles"] = ("styles", "/xl/styles.xml")
    if texts:
        entries["rIdTexts"] = ("sharedStrings", "sharedStrings.xml")
    named = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{number}" r:id="rId{number}"'
        f"{' state=' + chr(34) + 'hidden' + chr(34) if name in hidden else ''}/>"
        for number, name in enumerate(sheets, 1)
    )
    book = (
        f'<workbook xmlns="{MAIN}" xmlns:r="{REL}">'
        f'<workbookPr date1904="{int(since_1904)}"/><sheets>{named}</sheets></workbook>'
    )
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": relations({"rId1": ("officeDocument", "xl/workbook.xml")}),
        "xl/workbook.xml": book,
        "xl/_rels/workbook.xml.rels": relations(entries),
        "xl/styles.xml": STYLES,
        **{
            f"xl/worksheets/sheet{number}.xml": content
            for number, content in enumerate(sheets.values(), 1)
        },
        **({"xl/sharedStrings.xml": texts} if texts else {}),
        **(more or {}),
    }
    return archive(parts)


def archive(files: Mapping[str, str | bytes]) -> bytes:
    """Return a ZIP archive."""
    stream = io.BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return stream.getvalue()
