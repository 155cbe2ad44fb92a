"""Custom fields: names that are free, values that fit, and definitions that keep what is there."""

from datetime import date
from itertools import product

import pytest
from django.dispatch import receiver

from newsletter.rendering.merge_fields import MERGE_FIELDS
from subscribers.custom_fields.keep import (
    MOST_FIELDS,
    BadField,
    checked_choices,
    delete_field,
    save_field,
)
from subscribers.custom_fields.names import RESERVED, BadKey, checked_key, key_for
from subscribers.custom_fields.uses import FieldInUse
from subscribers.custom_fields.values import (
    BadValue,
    FieldValue,
    read_value,
    set_values,
    values_of,
)
from subscribers.export_columns import COLUMNS
from subscribers.imports.reading.columns import FIELDS, IGNORE
from subscribers.models import CustomField, CustomFieldValue, Subscriber
from subscribers.people.erase import erase
from subscribers.signals import asked_where_field_is_used
from subscribers.states import FieldKind
from tests.subscribers.custom_fields.defined import three_fields


@pytest.mark.parametrize(
    "key", [*MERGE_FIELDS, *COLUMNS, *FIELDS, IGNORE, "organisation", "custom_x", "name", "id"]
)
def test_a_field_is_not_named_like_ours(key: str) -> None:
    with pytest.raises(BadKey):
        checked_key(key)


def test_all_that_imports_call_a_column_is_reserved() -> None:
    assert {*FIELDS, *COLUMNS, *MERGE_FIELDS} <= RESERVED


@pytest.mark.parametrize("key", ["", "Term", "term ends", "2027", "term_2", "été", "_x", "x" * 41])
def test_a_key_that_no_email_could_hold_is_refused(key: str) -> None:
    with pytest.raises(BadKey):
        checked_key(key)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Term ends", "term_ends"),
        ("Siège n° 4", "siege_n"),
        ("Country", "my_country"),
        ("会議", ""),
        ("Office (2027)", "office"),
    ],
)
def test_a_key_is_made_of_the_name(name: str, key: str) -> None:
    assert key_for(name) == key


@pytest.mark.django_db
def test_values_are_read_as_their_field_needs_them() -> None:
    seat, chamber, term = three_fields()
    assert read_value(seat, "  row\n 4 ") == FieldValue("row 4")
    assert read_value(seat, "   ") == FieldValue()
    assert read_value(chamber, "UPPER house") == FieldValue("Upper house")
    assert read_value(term, "2027-01-31") == FieldValue("2027-01-31", date(2027, 1, 31))
    for field, text in ((seat, "x" * 201), (chamber, "Middle"), (term, "31/12/27"), (term, "soon")):
        with pytest.raises(BadValue, match=field.name):
            read_value(field, text)


def test_a_value_is_set_changed_and_taken_away(ada: Subscriber) -> None:
    seat, chamber, term = three_fields()
    set_values(
        ada, {seat.pk: FieldValue("4"), term.pk: FieldValue("2027-01-31", date(2027, 1, 31))}
    )
    set_values(ada, {seat.pk: FieldValue("5")})
    assert {key: row.value for key, row in values_of(ada.pk).items()} == {
        seat.pk: "5",
        term.pk: "2027-01-31",
    }
    set_values(ada, {seat.pk: FieldValue(), chamber.pk: FieldValue()})
    assert list(values_of(ada.pk)) == [term.pk]
    erase(ada.pk)
    assert not CustomFieldValue.objects.exists()


def test_a_kind_that_has_values_and_a_choice_that_people_have_stay(ada: Subscriber) -> None:
    seat, chamber, _ = three_fields()
    seat.kind = FieldKind.DATE
    save_field(seat)
    set_values(ada, {chamber.pk: FieldValue("Upper house")})
    chamber.choices = ["Lower house"]
    with pytest.raises(BadField, match="Upper house"):
        save_field(chamber)
    chamber.choices = ["Upper house"]
    save_field(chamber)
    chamber.kind = FieldKind.TEXT
    with pytest.raises(BadField, match="kind"):
        save_field(chamber)
    kept = CustomField.objects.get(pk=chamber.pk)
    assert (kept.kind, kept.choices) == ("choice", ["Upper house"])


@pytest.mark.django_db
def test_a_key_never_changes_and_is_there_once() -> None:
    seat, *_ = three_fields()
    seat.key = "place"
    save_field(seat)
    assert CustomField.objects.get(pk=seat.pk).key == "seat"
    with pytest.raises(BadField, match="seat"):
        save_field(CustomField(key="seat", name="Another", kind=FieldKind.TEXT))


@pytest.mark.django_db
def test_there_are_no_more_fields_than_a_page_can_show() -> None:
    keys = ["".join(pair) for pair in product("abcdefgh", repeat=2)][:MOST_FIELDS]
    CustomField.objects.bulk_create(
        CustomField(key=f"x_{key}", name=key, kind=FieldKind.TEXT) for key in keys
    )
    with pytest.raises(BadField, match="Delete one"):
        save_field(CustomField(key="one_more", name="One more", kind=FieldKind.TEXT))


def test_a_field_that_something_uses_is_not_deleted(ada: Subscriber) -> None:
    seat, *_ = three_fields()
    set_values(ada, {seat.pk: FieldValue("4")})

    @receiver(asked_where_field_is_used)
    def rule(sender: object, field_id: int, key: str, **kwargs: object) -> list[str]:
        return ["the audience “Front benches”"] if (field_id, key) == (seat.pk, "seat") else []

    try:
        with pytest.raises(FieldInUse, match="Front benches"):
            delete_field(seat.pk)
    finally:
        asked_where_field_is_used.disconnect(rule)
    assert values_of(ada.pk)
    delete_field(seat.pk)
    assert not values_of(ada.pk)


def test_choices_are_kept_once_and_in_order() -> None:
    assert checked_choices(["Upper", " upper ", "", "Lower"]) == ["Upper", "Lower"]
    for lines in ([], ["  "], ["x" * 201], [str(number) for number in range(201)]):
        with pytest.raises(BadField):
            checked_choices(lines)
