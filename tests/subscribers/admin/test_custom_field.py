"""The pages of custom fields, and custom fields on the page of a person."""

from django.test import Client

from staff.roles import AUDITOR
from subscribers.custom_fields.values import FieldValue, set_values, values_of
from subscribers.models import CustomField, CustomFieldValue, Subscriber
from tests.staff_members import browser_of, staff_member
from tests.subscribers.admin.pages import PEOPLE
from tests.subscribers.custom_fields.defined import three_fields

FIELDS = "/staff/subscribers/customfield/"
NEW = {"name": "Term ends", "kind": "date", "position": "1"}


def test_a_field_is_defined_with_a_key_made_of_its_name(sams: Client) -> None:
    assert sams.post(f"{FIELDS}add/", NEW).status_code == 302
    field = CustomField.objects.get()
    assert (field.key, field.kind, field.choices) == ("term_ends", "date", [])
    said = sams.post(f"{FIELDS}add/", {**NEW, "name": "TERM ends"}).content.decode()
    assert "There is a custom field" in said


def test_a_field_named_like_ours_is_refused_with_the_reason(sams: Client) -> None:
    said = sams.post(f"{FIELDS}add/", {**NEW, "key": "full_name"}).content.decode()
    assert "“full_name” is a name that we use already" in said
    for name in ("Country", "E-mail", "Unsubscribed"):
        said = sams.post(f"{FIELDS}add/", {**NEW, "name": name, "key": "x"}).content.decode()
        assert "Choose another name" in said
    assert not CustomField.objects.exists()


def test_a_choice_needs_choices_and_keeps_those_in_use(sams: Client, ada: Subscriber) -> None:
    chamber = {"name": "Chamber", "kind": "choice", "position": "1"}
    assert "one on each line" in sams.post(f"{FIELDS}add/", chamber).content.decode()
    sams.post(f"{FIELDS}add/", {**chamber, "choices_text": "Lower\nUpper\nlower"})
    field = CustomField.objects.get()
    assert field.choices == ["Lower", "Upper"]
    set_values(ada, {field.pk: FieldValue("Upper")})
    page = f"{FIELDS}{field.pk}/change/"
    told = sams.post(page, {**chamber, "choices_text": "Lower"}, follow=True).content.decode()
    assert "“Upper” can’t be removed" in told
    sams.post(page, {**chamber, "choices_text": "Upper\nOther", "kind": "text"})
    field.refresh_from_db()
    assert (field.kind, field.choices) == ("choice", ["Upper", "Other"])


def test_a_field_is_deleted_after_the_number_was_told(sams: Client, ada: Subscriber) -> None:
    seat, *_ = three_fields()
    set_values(ada, {seat.pk: FieldValue("4")})
    page = f"{FIELDS}{seat.pk}/remove/"
    assert "who have one: <strong>1</strong>" in sams.get(page).content.decode()
    sams.post(page)
    assert not CustomFieldValue.objects.exists()


def test_staff_fill_custom_fields_on_a_persons_page(sams: Client, ada: Subscriber) -> None:
    seat, chamber, term = three_fields()
    page = f"{PEOPLE}{ada.pk}/change/"
    fields = {
        "full_name": "Ada Lovelace",
        "language": "en",
        "custom_seat": " Row  4 ",
        "custom_chamber": "Upper house",
        "custom_term_ends": "2027-01-31",
    }
    assert sams.post(page, fields).status_code == 302
    assert {key: row.value for key, row in values_of(ada.pk).items()} == {
        seat.pk: "Row 4",
        chamber.pk: "Upper house",
        term.pk: "2027-01-31",
    }
    assert 'value="2027-01-31"' in sams.get(page).content.decode()
    ada.refresh_from_db()
    assert ada.full_name == "Ada Lovelace"
    for bad in ({"custom_term_ends": "soon"}, {"custom_chamber": "Middle"}):
        assert sams.post(page, {**fields, **bad}).status_code == 200
    sams.post(page, {**fields, "custom_seat": ""})
    assert seat.pk not in values_of(ada.pk)


def test_whoever_only_reads_sees_the_values(ada: Subscriber) -> None:
    seat, *_ = three_fields()
    set_values(ada, {seat.pk: FieldValue("Row <4>")})
    auditor = browser_of(staff_member("aud", AUDITOR))
    page = f"{PEOPLE}{ada.pk}/change/"
    assert "Row &lt;4&gt;" in auditor.get(page).content.decode()
    assert 'name="custom_seat"' not in auditor.get(page).content.decode()
    Subscriber.objects.filter(pk=ada.pk).update(discreet_since=ada.created_at)
    assert "Row &lt;4&gt;" not in auditor.get(page).content.decode()
