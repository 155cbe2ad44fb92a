"""Labels and custom fields in imported lists: stored, told of, refused row by row, taken back."""

import pytest

from subscribers.custom_fields.values import FieldValue, set_values, values_of
from subscribers.imports.reading.columns import parse_mapping
from subscribers.imports.reading.custom_columns import custom_headers
from subscribers.imports.reading.encoding import ImportProblem
from subscribers.imports.rows.row_extras import MOST_NEW_LABELS
from subscribers.imports.undo import undo_import
from subscribers.labels.find import labels_of
from subscribers.labels.give import give_label
from subscribers.labels.keep import create_label
from subscribers.models import (
    CustomField,
    CustomFieldValue,
    Label,
    Subscriber,
    SubscriberLabel,
    Topic,
)
from tests.subscribers.custom_fields.defined import three_fields
from tests.subscribers.imports.sheets import take

SHEET = """Email,Name,Labels,Seat,Chamber,Term ends
zoe@example.org,Zoe,"Balkans; Speakers, 2027",4,upper HOUSE,31/01/2027
yan@example.org,Yan,balkans,,,2026-12-31
"""


def labels(email: str) -> list[str]:
    return [each.name for each in labels_of(Subscriber.objects.get(email=email).pk)]


def values(email: str) -> dict[str, str]:
    rows = CustomFieldValue.objects.filter(subscriber__email=email)
    return dict(rows.values_list("field__key", "value"))


def test_labels_and_custom_fields_are_stored(topic: Topic) -> None:
    create_label("Balkans")
    three_fields()
    looked = take(SHEET, topic, dry_run=True)
    assert not Subscriber.objects.exists()
    assert Label.objects.count() == 1
    report = take(SHEET, topic)
    assert report.added == 2
    assert labels("zoe@example.org") == ["2027", "Balkans", "Speakers"]
    assert labels("yan@example.org") == ["Balkans"]
    assert values("zoe@example.org") == {
        "seat": "4",
        "chamber": "Upper house",
        "term_ends": "2027-01-31",
    }
    assert CustomFieldValue.objects.get(value="2026-12-31").day is not None
    assert report.ignored_headers == []
    for each in (looked, report):
        assert "New label, created: Speakers (1 row)" in each.warnings
        assert "Labels are given (2 rows)" in each.warnings


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("zoe@example.org,Zoe,,,Middle house,", "none of the choices"),
        ("zoe@example.org,Zoe,,,,someday", "which day"),
        ("zoe@example.org,Zoe,,,,3/4/2027", "which day"),
        (f"zoe@example.org,Zoe,{'x' * 90},,,", "80 characters"),
        (f"zoe@example.org,Zoe,,{'x' * 201},,", "200 characters"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_row(topic: Topic, row: str, reason: str) -> None:
    three_fields()
    head = SHEET.splitlines()[0]
    report = take(f"{head}\n{row}\nyan@example.org,Yan,,1,,\n", topic)
    assert (report.added, report.refused_count) == (1, 1)
    assert report.refused[0]["row"] == 2
    assert reason in report.refused[0]["reason"]


@pytest.mark.parametrize(
    "cell",
    ["Speakers; Balkans", '"Speakers, ,Balkans"', "* Speakers ::: Balkans", "Speakers;;Balkans;"],
)
def test_labels_of_one_cell_are_parted_as_lists_part_them(topic: Topic, cell: str) -> None:
    take(f"Email\tLabels\nzoe@example.org\t{cell}\n", topic)
    assert labels("zoe@example.org") == ["Balkans", "Speakers"]


def test_an_opt_out_is_kept_whatever_else_its_row_says(topic: Topic) -> None:
    three_fields()
    text = "Email,Status,Chamber\nzoe@example.org,unsubscribed,Middle house\n"
    report = take(text, topic)
    assert (report.opt_outs, report.refused_count) == (1, 0)


def test_what_is_known_is_kept_and_what_is_empty_is_filled(topic: Topic, ada: Subscriber) -> None:
    seat, *_ = three_fields()
    set_values(ada, {seat.pk: FieldValue("1")})
    take(f"Email,Seat,Chamber,Labels\n{ada.email},9,Lower house,Balkans\n", topic)
    assert values(ada.email) == {"seat": "1", "chamber": "Lower house"}
    assert labels(ada.email) == ["Balkans"]


def test_nothing_is_changed_of_somebody_who_left(topic: Topic, dora: Subscriber) -> None:
    three_fields()
    take(f"Email,Seat,Labels\n{dora.email},9,Balkans\n", topic)
    assert (values(dora.email), labels(dora.email)) == ({}, [])


def test_an_undone_import_leaves_what_staff_gave(
    topic: Topic, ada: Subscriber, ben: Subscriber
) -> None:
    seat, *_ = three_fields()
    list_ = f"Email,Seat,Labels\n{ada.email},9,Balkans\n{ben.email},8,Balkans\nz@example.org,7,B\n"
    report = take(list_, topic)
    label = Label.objects.get(name="Balkans")
    give_label(ben, label)
    set_values(ben, {seat.pk: FieldValue("8")})
    assert report.batch_id is not None
    assert undo_import(report.batch_id).extras_removed == 4
    assert (values(ada.email), labels(ada.email)) == ({}, [])
    assert (values(ben.email), labels(ben.email)) == ({"seat": "8"}, ["Balkans"])
    assert not Subscriber.objects.filter(email="z@example.org").exists()
    assert SubscriberLabel.objects.count() == 1


def test_a_list_that_only_labels_people_is_kept_and_undone(topic: Topic, ada: Subscriber) -> None:
    report = take(f"Email,Labels\n{ada.email},Balkans\n", topic)
    assert report.batch_id is not None
    undo_import(report.batch_id)
    assert labels(ada.email) == []
    assert values_of(ada.pk) == {}


def test_a_column_of_something_else_does_not_become_thousands_of_labels(topic: Topic) -> None:
    rows = "".join(
        f"p{number}@example.org,word {number}\n" for number in range(MOST_NEW_LABELS + 1)
    )
    with pytest.raises(ImportProblem, match="labels"):
        take(f"Email,Labels\n{rows}", topic)
    assert not Label.objects.exists()


def test_columns_are_mapped_by_key(topic: Topic) -> None:
    three_fields()
    custom = custom_headers(CustomField.objects.all())
    mapping = parse_mapping(["Where they sit=seat", "Group=labels"], custom=custom)
    take("Email,Where they sit,Group\nzoe@example.org,4,A\n", topic, mapping=mapping)
    assert (values("zoe@example.org"), labels("zoe@example.org")) == ({"seat": "4"}, ["A"])
    with pytest.raises(ImportProblem, match="no_such"):
        parse_mapping(["x=no_such"], custom=custom)
