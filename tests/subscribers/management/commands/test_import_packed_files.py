"""import_subscribers with workbooks and archives: the reader of the staff pages, by options."""

import json
from pathlib import Path

from django.conf import settings

from subscribers.models import Topic
from tests.subscribers.imports.sheets import followers, has_opted_out, why
from tests.subscribers.imports.workbooks import archive, text_rows, workbook
from tests.subscribers.management.commands.test_import_subscribers import take

BOOK = workbook(
    {
        "Answers": text_rows(["Email", "Full name"], ["nina@example.org", "Nina"]),
        "Old": text_rows(["Email", "Full name"], ["noah@example.org", "Noah"], ["nobody", "No"]),
        "Notes": text_rows(["What", "When"], ["Tea", "Monday"]),
    }
)
MAILCHIMP = archive(
    {
        "subscribed_members_export_1.csv": "Email Address\nnina@example.org\n",
        "unsubscribed_members_export_1.csv": "Email Address\nnoah@example.org\n",
        "cleaned_members_export_1.csv": "Email Address\ndead@example.org\n",
    }
)


def _file(folder: Path, content: bytes, name: str = "people.xlsx") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def _left_on_disk() -> list[Path]:
    folder = Path(settings.VAR_DIR) / "imports"
    return list(folder.iterdir()) if folder.is_dir() else []


def test_a_workbook_is_imported_and_says_which_of_its_sheets_were_read(
    topic: Topic, tmp_path: Path
) -> None:
    code, out, _ = take(_file(tmp_path, BOOK))
    assert code == 3
    assert followers(topic) == {"nina@example.org", "noah@example.org"}
    assert "Old, row 3: An email address must have an @-sign." in out
    assert "Note: 'Old' is read as subscribers." in out
    assert "Note: Left out: 'Notes'." in out
    assert not _left_on_disk()


def test_a_whole_export_keeps_opt_outs_as_the_names_of_its_files_say(
    topic: Topic, tmp_path: Path
) -> None:
    code, out, _ = take(_file(tmp_path, MAILCHIMP, "export.zip"), "--json")
    assert code == 0
    report = json.loads(out)
    assert (report["file_name"], report["added"], report["opt_outs"]) == ("export.zip", 1, 2)
    assert followers(topic) == {"nina@example.org"}
    assert has_opted_out("noah@example.org", topic)
    assert why("dead@example.org") == {"hard_bounce"}


def test_only_names_the_sheet_that_is_read(topic: Topic, tmp_path: Path) -> None:
    code, _, _ = take(_file(tmp_path, BOOK), "--only", "Answers")
    assert code == 0
    assert followers(topic) == {"nina@example.org"}


def test_only_takes_a_sheet_whose_headings_nobody_knows(topic: Topic, tmp_path: Path) -> None:
    book = workbook(
        {"Notes": text_rows(["What"], ["Tea"]), "List": text_rows(["Where"], ["a@example.org"])}
    )
    path = _file(tmp_path, book)
    assert take(path)[0] == 1
    assert take(path, "--only", "List", "--map", "Where=email")[0] == 0
    assert followers(topic) == {"a@example.org"}


def test_a_name_that_is_not_in_the_file_is_refused_with_those_that_are(
    topic: Topic, tmp_path: Path
) -> None:
    code, _, complaint = take(_file(tmp_path, BOOK), "--only", "Answer")
    assert code == 1
    assert "There is no 'Answer' in the file. It has: 'Answers', 'Old', 'Notes'." in complaint


def test_only_is_for_files_that_hold_several(topic: Topic, tmp_path: Path) -> None:
    path = _file(tmp_path, b"Email\nnina@example.org\n", "people.csv")
    code, _, complaint = take(path, "--only", "people.csv")
    assert (code, followers(topic)) == (1, set())
    assert "--only is for workbooks and archives." in complaint


def test_as_is_refused_where_it_could_mean_any_of_several_tables(
    topic: Topic, tmp_path: Path
) -> None:
    path = _file(tmp_path, MAILCHIMP, "export.zip")
    code, _, complaint = take(path, "--as", "subscribers")
    assert (code, followers(topic)) == (1, set())
    assert "Name one by --only." in complaint


def test_one_sheet_whose_name_says_that_its_people_left_needs_a_word(
    topic: Topic, tmp_path: Path
) -> None:
    path = _file(tmp_path, workbook({"Unsubscribed": text_rows(["Email"], ["noah@example.org"])}))
    code, _, complaint = take(path)
    assert (code, followers(topic)) == (1, set())
    assert "add --as unsubscribed" in complaint
    assert take(path, "--as", "unsubscribed")[0] == 0
    assert has_opted_out("noah@example.org", topic)


def test_what_cannot_be_unpacked_is_refused_and_leaves_nothing_behind(
    topic: Topic, tmp_path: Path
) -> None:
    code, _, complaint = take(_file(tmp_path, BOOK[:200]))
    assert code == 1
    assert complaint.startswith("The file is damaged")
    assert not _left_on_disk()
