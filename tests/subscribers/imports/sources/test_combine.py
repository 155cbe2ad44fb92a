"""Several tables become one list in which each row can be found again."""

from pathlib import Path

import pytest

from subscribers.imports.reading.encoding import ImportProblem
from subscribers.imports.sources.combine import STATUS_HEADER, combine, place_of
from subscribers.imports.sources.part import Part


def combined(folder: Path, *tables: tuple[str, str]) -> tuple[list[str], list[list[object]]]:
    """Combine tables: what their rows are, and their CSV."""
    parts = []
    for number, (rows_as, text) in enumerate(tables):
        (folder / f"part-{number}.csv").write_text(text, encoding="utf-8")
        parts.append(Part(f"table {number}", f"part-{number}.csv", rows_as=rows_as))
    target = folder / "list.csv"
    places = combine(parts, folder=folder, encoding="", target=target)
    return target.read_text(encoding="utf-8").splitlines(), [each.to_json() for each in places]


def test_columns_with_the_same_heading_are_one(tmp_path: Path) -> None:
    lines, _ = combined(
        tmp_path,
        ("subscribers", "Email Address,Name\na@example.org,Ada\n"),
        ("unsubscribed", "name;E-mail address;Reason\nBen;b@example.org;too much\n"),
    )
    assert lines == [
        f"Email Address,Name,Reason,{STATUS_HEADER}",
        "a@example.org,Ada,,subscribed",
        "b@example.org,Ben,too much,unsubscribed",
    ]


def test_two_columns_of_one_table_with_one_heading_stay_two(tmp_path: Path) -> None:
    lines, _ = combined(tmp_path, ("subscribers", "Email,Note,Note\na@example.org,1,2\n"))
    assert lines[1] == "a@example.org,1,2,subscribed"


def test_each_row_is_found_by_its_table_and_number(tmp_path: Path) -> None:
    lines, places = combined(
        tmp_path,
        ("subscribers", "Email\na@example.org\n\nc@example.org\n"),
        ("hard-bounced", "\nEmail\nd@example.org\n"),
    )
    assert lines[4] == "d@example.org,hard bounced"
    assert [place_of(number, places) for number in (2, 4, 5)] == [
        "table 0, row 2",
        "table 0, row 4",
        "table 1, row 3",
    ]


def test_a_list_of_one_table_needs_no_name() -> None:
    assert place_of(1_234, []) == "row 1,234"


def test_a_cell_without_a_heading_stays_behind_so_that_its_row_is_refused(tmp_path: Path) -> None:
    lines, _ = combined(tmp_path, ("subscribers", "Email\na@example.org,moved\n"))
    assert lines[1] == "a@example.org,subscribed,moved"


def test_a_complaint_names_the_table(tmp_path: Path) -> None:
    with pytest.raises(ImportProblem, match=r"table 1: .*never closed"):
        combined(
            tmp_path,
            ("subscribers", "Email\na@example.org\n"),
            ("subscribers", 'Email\n"b@example.org\n'),
        )
