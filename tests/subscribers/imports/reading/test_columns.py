"""Headers: known ones, the operator's, and none that is guessed to be an address."""

import pytest

from subscribers.imports.reading.columns import map_columns, parse_mapping
from subscribers.imports.reading.encoding import ImportProblem


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Email Address", "email"),
        ("  e-mail\n address: ", "email"),
        ("USERNAME", "email"),
        ("Email Address *", "email"),
        ("Email (required)", "email"),
        ("Timestamp", "timestamp"),
        ("First name", "given_name"),
        ("Surname", "family_name"),
        ("Full Name", "full_name"),
        ("Country", "country"),
        ("In which country\ndo you live?", "country"),
        (
            "Which organization, parliament or body do you represent?\n\n(If none, leave it empty)",
            "institution",
        ),
        ("Organisation", "institution"),
        ("I agree to receive news", "consent"),
    ],
)
def test_headers_of_forms_are_known(header: str, field: str) -> None:
    columns = map_columns(["email", header] if field != "email" else [header])
    assert field in columns.of_field


def test_a_typed_address_goes_before_the_account_and_the_account_helps_out() -> None:
    columns = map_columns(["Username", "Timestamp", "Email Address"])
    assert columns.of_field["email"] == (2, 0)


def test_a_question_that_was_put_back_has_two_columns() -> None:
    assert map_columns(["Email", "Country", "Country"]).of_field["country"] == (1, 2)


def test_unknown_headers_are_listed() -> None:
    columns = map_columns(["Email", "Favourite\ncolour", "", "How did you hear of us?"])
    assert columns.ignored == ("Favourite colour", "How did you hear of us?")
    assert columns.as_mapping() == {"Email": "email"}


def test_the_address_is_never_guessed_and_the_headers_are_named() -> None:
    with pytest.raises(ImportProblem) as caught:
        map_columns(["Timestamp", "Colleague's email, if you\nlike", "Name"])
    assert "Colleague's email, if you like" in str(caught.value)
    assert '--map "Colleague\'s email, if you like=email"' in str(caught.value)


def test_the_operator_decides() -> None:
    mapping = parse_mapping(["Your  CONTACT=email", "Country = ignore", "1 + 1 = 2?=organization"])
    columns = map_columns(["Email", "your\ncontact", "Country", "1 + 1 = 2?"], mapping=mapping)
    assert columns.of_field == {"email": (1,), "institution": (3,)}
    assert "Country" in columns.ignored


@pytest.mark.parametrize(
    ("pairs", "said"),
    [
        (["email"], "Header=field"),
        (["=email"], "Header=field"),
        (["Contact=shoe size"], "no field 'shoe size'"),
        (["Contact=email", "CONTACT=country"], "twice"),
    ],
)
def test_a_bad_map_is_explained(pairs: list[str], said: str) -> None:
    with pytest.raises(ImportProblem, match=said):
        parse_mapping(pairs)


def test_a_mapped_header_that_is_not_there_is_named_beside_those_that_are() -> None:
    with pytest.raises(ImportProblem, match=r"no column 'Contact'.*'Email', 'Name'"):
        map_columns(["Email", "Name"], mapping={"Contact": "email"})
