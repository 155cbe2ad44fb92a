"""An uploaded file becomes a CSV for each table in it, and nothing in it is believed unseen."""

import csv
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from newsletter.core.spreadsheets import NOT_CALCULATED
from subscribers.imports.reading.encoding import ImportProblem
from subscribers.imports.sources.part import LEFT_OUT
from subscribers.imports.sources.unpack import Unpacked, unpack
from subscribers.imports.uploads.file_as_list import file_as_list
from tests.subscribers.imports.workbooks import (
    MAIN,
    archive,
    inline,
    relations,
    row,
    sheet,
    text_rows,
    workbook,
)

PEOPLE = text_rows(["Email", "Name"], ["ada@example.org", "Ada"])


def unpacked(content: bytes, folder: Path, *, name: str = "list") -> Unpacked:
    upload = folder / "upload"
    upload.write_bytes(content)
    return unpack(upload, file_name=name, folder=folder)


def cells_of(found: Unpacked, folder: Path, part: int = 0) -> list[list[str]]:
    with (folder / found.parts[part].file).open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_a_csv_file_is_one_table(tmp_path: Path) -> None:
    found = unpacked(b"Email;Name\na@example.org;Ada\n", tmp_path, name="people.csv")
    [part] = found.parts
    assert (part.name, part.headers, part.rows_as) == (
        "people.csv",
        ["Email", "Name"],
        "subscribers",
    )


def test_the_upload_may_go_once_its_tables_are_there(tmp_path: Path) -> None:
    found = unpacked(b"Email\na@example.org\n", tmp_path)
    (tmp_path / "upload").unlink()
    assert cells_of(found, tmp_path) == [["Email"], ["a@example.org"]]


def test_a_file_in_another_encoding_is_shown_and_says_what_is_wrong(tmp_path: Path) -> None:
    found = unpacked("Email,Prénom\na@example.org,Zoë\n".encode("windows-1252"), tmp_path)
    assert found.parts[0].headers == ["Email", "Prénom"]
    assert "not UTF-8" in found.parts[0].problem
    assert "--encoding" not in found.parts[0].problem


def test_a_file_with_nul_bytes_keeps_none_in_its_headings(tmp_path: Path) -> None:
    found = unpacked("Email,Name\na@example.org,Ada\n".encode("utf-16-le"), tmp_path)
    assert "NUL" in found.parts[0].problem
    assert not any("\0" in header for header in found.parts[0].headers)


def test_a_workbook_is_read_with_shared_and_own_texts(tmp_path: Path) -> None:
    texts = (
        f'<sst xmlns="{MAIN}"><si><t>Email</t></si>'
        "<si><r><t>a@</t></r><r><t>example.org</t></r><rPh><t>no</t></rPh></si></sst>"
    )
    cells = sheet(
        row(1, '<c r="A1" t="s"><v>0</v></c>', inline("B1", "Name")),
        row(3, '<c r="A3" t="s"><v>1</v></c>', inline("B3", "Ada\nKing")),
    )
    found = unpacked(workbook({"People": cells}, texts=texts), tmp_path)
    assert cells_of(found, tmp_path) == [
        ["Email", "Name"],
        [],
        ["a@example.org", "Ada\nKing"],
    ]
    assert (found.parts[0].name, found.parts[0].is_ours) == ("People", True)


def test_numbers_dates_and_truths_are_written_as_people_read_them(tmp_path: Path) -> None:
    cells = sheet(
        row(1, *(inline(f"{letter}1", letter) for letter in "ABCDE")),
        row(
            2,
            '<c r="A2"><v>5.0</v></c>',
            '<c r="B2" s="1"><v>45383</v></c>',
            '<c r="C2" s="2"><v>45383.5</v></c>',
            '<c r="D2" t="b"><v>1</v></c>',
            '<c r="E2" t="e"><v>#N/A</v></c>',
        ),
    )
    found = unpacked(workbook({"People": cells}), tmp_path)
    assert cells_of(found, tmp_path)[1] == [
        "5",
        "2024-04-01",
        "2024-04-01 12:00:00",
        "TRUE",
        "#N/A",
    ]


def test_days_may_count_from_1904(tmp_path: Path) -> None:
    cells = sheet(row(1, inline("A1", "When")), row(2, '<c r="A2" s="1"><v>43921</v></c>'))
    found = unpacked(workbook({"People": cells}, since_1904=True), tmp_path)
    assert cells_of(found, tmp_path)[1] == ["2024-04-01"]


def test_a_formula_counts_by_its_result_and_never_as_an_empty_cell(tmp_path: Path) -> None:
    cells = sheet(
        row(1, inline("A1", "Email"), inline("B1", "Unsubscribed"), inline("C1", "D")),
        row(
            2,
            '<c r="A2" t="str"><f>B2&amp;"@example.org"</f><v>a@example.org</v></c>',
            '<c r="B2"><f>IF(1=1,"yes","")</f></c>',
            '<c r="C2" t="str"><f>""</f><v></v></c>',
        ),
        row(3, inline("A3", "b@example.org"), '<c r="B3"><f>HYPERLINK("x")</f><v></v></c>'),
    )
    found = unpacked(workbook({"People": cells}), tmp_path)
    assert cells_of(found, tmp_path)[1:] == [
        ["a@example.org", NOT_CALCULATED],
        ["b@example.org", NOT_CALCULATED],
    ]


def test_macros_are_neither_run_nor_kept(tmp_path: Path) -> None:
    found = unpacked(workbook({"People": PEOPLE}, more={"xl/vbaProject.bin": b"\0"}), tmp_path)
    assert found.notes == ["The workbook has macros. They are not run, and not kept."]
    assert {path.name for path in tmp_path.iterdir()} == {"upload", "part-0.csv"}


def test_a_hidden_sheet_is_left_out_and_hidden_rows_are_told(tmp_path: Path) -> None:
    filtered = sheet(
        row(1, inline("A1", "Email")),
        row(2, inline("A2", "a@example.org"), attributes=' hidden="1"'),
    )
    found = unpacked(
        workbook({"People": filtered, "Old": PEOPLE, "Empty": sheet()}, hidden=["Old"]), tmp_path
    )
    assert [(part.name, part.rows_as) for part in found.parts] == [
        ("People", "subscribers"),
        ("Old", LEFT_OUT),
    ]
    assert any("1 hidden rows" in note for note in found.notes)
    assert any("is hidden in the workbook" in note for note in found.notes)


def test_a_sheet_named_for_people_who_left_is_taken_for_them(tmp_path: Path) -> None:
    found = unpacked(workbook({"Members": PEOPLE, "Unsubscribed": PEOPLE}), tmp_path)
    assert [part.rows_as for part in found.parts] == ["subscribers", "unsubscribed"]


def test_what_lies_outside_of_the_workbook_is_not_fetched(tmp_path: Path) -> None:
    outside = relations({"rId1": ("worksheet", "http://127.0.0.1:9/sheet.xml")}).replace(
        'Id="rId1"', 'TargetMode="External" Id="rId1"'
    )
    with pytest.raises(ImportProblem, match="no cells with text"):
        unpacked(
            workbook({"People": PEOPLE}, more={"xl/_rels/workbook.xml.rels": outside}), tmp_path
        )


def test_a_part_that_climbs_out_of_the_archive_is_nowhere(tmp_path: Path) -> None:
    climbing = relations({"rId1": ("worksheet", "../../../../etc/passwd")})
    with pytest.raises(ImportProblem, match="damaged"):
        unpacked(
            workbook({"People": PEOPLE}, more={"xl/_rels/workbook.xml.rels": climbing}), tmp_path
        )


def test_entities_in_a_sheet_are_refused(tmp_path: Path) -> None:
    laughs = '<!DOCTYPE x [<!ENTITY a "b">]>' + PEOPLE.replace("Ada", "&a;")
    with pytest.raises(ImportProblem, match="document type"):
        unpacked(workbook({"People": laughs}), tmp_path)


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (sheet(row(1, inline("A1", "x" * 100_001))), "more than 100,000 characters"),
        (sheet(row(2_000_000, inline("A2000000", "x"))), "number 2,000,000"),
        (sheet(row(1, inline("ZZZ1", "x"))), "more than 1,000 columns"),
        (sheet(row(1, '<c r="A1" t="s"><v>7</v></c>')), "damaged"),
        (sheet(row(1, '<c r="A1" t="s"><v>-1</v></c>')), "damaged"),
        ("<worksheet", "damaged"),
    ],
    ids=["long cell", "far row", "far column", "no such text", "negative", "no XML"],
)
def test_a_sheet_that_no_program_wrote_is_refused(cells: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(ImportProblem, match=words):
        unpacked(workbook({"People": cells}), tmp_path)


def test_a_shared_text_of_a_million_characters_is_refused(tmp_path: Path) -> None:
    texts = f'<sst xmlns="{MAIN}"><si><t>{"x" * 1_000_000}</t></si></sst>'
    with pytest.raises(ImportProblem, match="more than 100,000 characters"):
        unpacked(workbook({"People": PEOPLE}, texts=texts), tmp_path)


def test_escaped_characters_are_read_and_nul_is_not(tmp_path: Path) -> None:
    found = unpacked(workbook({"P": text_rows(["Email"], ["a_x000D__x0000__x0041_b"])}), tmp_path)
    assert cells_of(found, tmp_path)[1] == ["a\rAb"]


def test_an_archive_of_a_whole_export_says_who_stands_in_each_file(tmp_path: Path) -> None:
    people = "Email Address,First Name\na@example.org,Ada\n"
    found = unpacked(
        archive(
            {
                "audience_export_1/subscribed_email_audience_export_1.csv": people,
                "audience_export_1/unsubscribed_email_audience_export_1.csv": people,
                "audience_export_1/cleaned_email_audience_export_1.csv": people,
                "audience_export_1/nonsubscribed_email_audience_export_1.csv": people,
                "campaigns/opens.csv": "Campaign,Opens\nMarch,5\n",
                "__MACOSX/._subscribed.csv": "rubbish",
                ".hidden.csv": people,
                "logo.png": b"\x89PNG",
                "empty.csv": "",
            }
        ),
        tmp_path,
    )
    assert {part.name.rpartition("/")[2]: part.rows_as for part in found.parts} == {
        "subscribed_email_audience_export_1.csv": "subscribers",
        "unsubscribed_email_audience_export_1.csv": "unsubscribed",
        "cleaned_email_audience_export_1.csv": "hard-bounced",
        "nonsubscribed_email_audience_export_1.csv": "unsubscribed",
        "opens.csv": LEFT_OUT,
    }


def test_names_in_an_archive_lead_nowhere(tmp_path: Path) -> None:
    found = unpacked(
        archive({"../../climbing.csv": "Email\na@example.org\n", "/etc/x.csv": "Email\nb@x.org\n"}),
        tmp_path,
    )
    assert len(found.parts) == 2
    assert {path.name for path in tmp_path.iterdir()} == {"upload", "part-0.csv", "part-1.csv"}
    assert not (tmp_path.parent.parent / "climbing.csv").exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "old workbook"),
        (archive({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}), "OpenDocument"),
        (archive({"readme.md": "x"}), "no CSV file"),
        (archive({}), "no CSV file"),
        (
            archive(
                {
                    "[Content_Types].xml": "<Types/>",
                    "_rels/.rels": relations({"a": ("officeDocument", "xl/workbook.bin")}),
                    "xl/workbook.bin": b"\0",
                }
            ),
            "binary workbook",
        ),
        (
            archive(
                {
                    "[Content_Types].xml": "<Types/>",
                    "_rels/.rels": relations({"a": ("officeDocument", "word/document.xml")}),
                }
            ),
            "no workbook",
        ),
    ],
    ids=["old or encrypted", "OpenDocument", "no list", "empty", "binary", "not there"],
)
def test_a_file_of_another_kind_is_named(content: bytes, words: str, tmp_path: Path) -> None:
    with pytest.raises(ImportProblem, match=words):
        unpacked(content, tmp_path)


@pytest.mark.parametrize("name", ["people.xlsx", "People.XLSM", "people.zip"])
def test_a_file_that_is_not_what_its_name_says_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(ImportProblem, match="but it is no (workbook|ZIP file)"):
        unpacked(b"<html><table><tr><td>Email</td></tr></table></html>", tmp_path, name=name)
    path = tmp_path / name
    path.write_bytes(b"Email\nada@example.org\n")
    with pytest.raises(ImportProblem, match="but it is no"), file_as_list(path):
        pass


def test_files_are_for_their_owner_alone(tmp_path: Path) -> None:
    unpacked(workbook({"People": PEOPLE}), tmp_path)
    assert (tmp_path / "part-0.csv").stat().st_mode & 0o077 == 0


def test_headings_without_end_are_refused(tmp_path: Path) -> None:
    found = unpacked(("Email," + "x" * 120_000 + "\na@example.org,1\n").encode(), tmp_path)
    assert "headings are too long" in found.parts[0].problem
    assert found.parts[0].headers == []


def test_nothing_is_unpacked_onto_a_full_disk(tmp_path: Path, settings: Settings) -> None:
    settings.LEAST_FREE_BYTES = 10**18
    with pytest.raises(ImportProblem, match="not enough space"):
        unpacked(archive({"a.csv": "Email\na@example.org\n"}), tmp_path)


def test_bytes_that_are_no_text_in_any_encoding_are_shown_all_the_same(tmp_path: Path) -> None:
    found = unpacked(b"Email,\x81\x8d\na@example.org,\x9d\n", tmp_path)
    assert "not UTF-8" in found.parts[0].problem
    assert found.parts[0].headers[0] == "Email"
