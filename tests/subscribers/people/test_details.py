"""Details of a person: what is given changes, what isn't stays, and what can't be kept is named."""

import pytest

from subscribers.models import Subscriber
from subscribers.people.details import BadDetail, change_details


def test_what_is_not_given_stays(ada: Subscriber) -> None:
    assert change_details(ada.pk, institution="Royal  Society ")

    ada.refresh_from_db()
    assert (ada.full_name, ada.given_name, ada.institution) == (
        "Ada Lovelace",
        "Ada",
        "Royal Society",
    )
    assert (str(ada.country), ada.time_zone) == ("NZ", "Pacific/Auckland")


def test_an_empty_text_empties(ada: Subscriber) -> None:
    assert change_details(ada.pk, full_name="", country="", time_zone="")

    ada.refresh_from_db()
    assert (ada.full_name, ada.given_name) == ("", "")
    assert (str(ada.country), ada.time_zone) == ("", "")


def test_a_new_name_brings_a_new_guess_at_the_given_name(ada: Subscriber) -> None:
    change_details(ada.pk, full_name="KING, Augusta")

    ada.refresh_from_db()
    assert (ada.full_name, ada.given_name) == ("KING, Augusta", "Augusta")


def test_the_same_name_leaves_the_given_name_as_somebody_corrected_it(ada: Subscriber) -> None:
    change_details(ada.pk, given_name="Augusta Ada")

    change_details(ada.pk, full_name=" Ada  Lovelace")

    ada.refresh_from_db()
    assert (ada.full_name, ada.given_name) == ("Ada Lovelace", "Augusta Ada")


def test_a_given_name_that_is_said_wins_over_the_guess(ada: Subscriber) -> None:
    change_details(ada.pk, full_name="王小明", given_name="Xiaoming")

    ada.refresh_from_db()
    assert (ada.full_name, ada.given_name) == ("王小明", "Xiaoming")


def test_a_language_is_kept_as_a_tag(ada: Subscriber) -> None:
    change_details(ada.pk, language="PT_br")

    ada.refresh_from_db()
    assert ada.language == "pt-br"


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("full_name", "Win at https://evil.example"),
        ("given_name", "www.evil.example"),
        ("language", "Klingon, perhaps"),
        ("language", ""),
        ("country", "XX"),
        ("country", "nz"),
        ("time_zone", "Mars/Olympus"),
        ("time_zone", "../../etc/passwd"),
    ],
)
def test_what_can_not_be_kept_is_named_and_nothing_is_changed(
    ada: Subscriber, column: str, value: str
) -> None:
    with pytest.raises(BadDetail) as caught:
        change_details(ada.pk, **{"institution": "Royal Society", column: value})

    assert caught.value.column == column
    assert str(caught.value)
    fresh = Subscriber.objects.get(pk=ada.pk)
    assert (fresh.institution, getattr(fresh, column)) == ("", getattr(ada, column))


@pytest.mark.django_db
def test_nobody_is_told_from_somebody() -> None:
    assert not change_details(2**40, full_name="Nobody")
