"""The countries and bodies of forms, their order, and the names that members use for themselves."""

import pytest
from django.utils import translation

from subscribers.countries import (
    USER_ASSIGNED,
    country_choices,
    country_codes,
    country_menu,
    country_name,
    free_code,
    refresh_bodies,
)
from subscribers.models import Body

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def bodies() -> None:
    """Kosovo and the European Parliament."""
    Body.objects.all().delete()
    Body.objects.create(code="XK", name="Kosovo")
    Body.objects.create(code="XE", name="European Parliament", names={"fr": "Parlement européen"})
    refresh_bodies()


def test_countries_are_offered_by_name_whatever_its_accents() -> None:
    names = [str(country.name) for country in country_menu()]
    assert names[:3] == ["Afghanistan", "Åland Islands", "Albania"]
    assert names.index("Côte d'Ivoire") == names.index("Costa Rica") + 1


def test_bodies_stand_among_them_by_name() -> None:
    names = [str(country.name) for country in country_menu()]
    assert names.index("Kosovo") == names.index("Kiribati") + 1
    at = names.index("European Parliament")
    assert names[at - 1] == "Ethiopia"


def test_a_public_form_begins_with_no_country() -> None:
    assert country_choices()[:2] == [("", "Select a country or body"), ("AF", "Afghanistan")]


def test_each_country_that_is_offered_is_taken() -> None:
    assert {country.code for country in country_menu()} == set(country_codes())


def test_members_name_for_themselves_takes_the_place_of_the_standard_one() -> None:
    assert country_name("FI") == "Finland"
    Body.objects.create(code="FI", name="Suomi")
    refresh_bodies()
    assert country_name("FI") == "Suomi"
    assert [country.code for country in country_menu()].count("FI") == 1


def test_names_are_those_of_the_page_s_language_where_known() -> None:
    with translation.override("fr"):
        assert country_name("XE") == "Parlement européen"
    with translation.override("uk"):
        assert country_name("XK") == "Косово", "which Unicode's data know"
        assert country_name("XE") == "European Parliament"


def test_a_body_that_is_not_offered_any_more_is_kept_by_whoever_has_it() -> None:
    Body.objects.filter(code="XE").update(is_offered=False)
    refresh_bodies()
    assert "XE" not in [country.code for country in country_menu()]
    assert "XE" in country_codes()
    assert country_name("XE") == "European Parliament"


def test_a_change_elsewhere_is_seen_at_once() -> None:
    Body.objects.create(code="XA", name="Nordic Council")
    assert "XA" in country_codes()


def test_a_new_body_gets_a_code_that_is_no_country_s() -> None:
    assert not set(USER_ASSIGNED) & {"XK", "EU", "GB"}
    assert len(USER_ASSIGNED) == 39
    assert all(code[0] in "QX" for code in USER_ASSIGNED)
    for code in USER_ASSIGNED:
        if code != "XE":
            Body.objects.create(code=code, name=code)
    assert free_code() == ""
    Body.objects.filter(code="QN").delete()
    assert free_code() == "QN"


def test_a_code_that_nothing_is_known_of_stays_readable() -> None:
    assert country_name("QZ") == "QZ"


@pytest.mark.parametrize("language", ["en", "fr", "es", "ro", "uk", "ar"])
def test_no_two_countries_have_one_name_in_a_language(language: str) -> None:
    with translation.override(language):
        names = [str(country.name) for country in country_menu()]
    assert len(set(names)) == len(names) > 245
    assert not set("şţŞŢ") & set("".join(names)), "letters with a cedilla, which are Turkish"


def test_names_are_those_of_today() -> None:
    with translation.override("ro"):
        today = {code: country_name(code) for code in ("CD", "CG", "SZ", "MK", "FR")}
        assert today == {
            "CD": "Congo - Kinshasa",
            "CG": "Congo - Brazzaville",
            "SZ": "Eswatini",
            "MK": "Macedonia de Nord",
            "FR": "Franța",
        }
        assert country_name("PS") == "Palestina"
    assert country_name("CD") == "Democratic Republic of the Congo"
    assert country_name("US") == "United States of America"


def test_the_order_is_that_of_the_language_s_alphabet() -> None:
    def places(language: str, *codes: str) -> list[int]:
        with translation.override(language):
            menu = [country.code for country in country_menu()]
        return [menu.index(code) for code in codes]

    for language, codes in {
        "ro": ("TG", "TR", "TV", "NL", "UG"),  # Togo, Turcia, Tuvalu, Țările de Jos, Uganda
        "uk": ("GR", "EG", "YE", "ZM", "IL", "IN", "JO", "KZ"),  # Г, Є, Є, З, І, І, Й, К
        "es": ("JP", "DJ", "ZM"),  # Japón, Yibuti, Zambia
        "ar": ("AR", "AL", "BR", "JP"),  # أ, أ, ب, ي
        "fr": ("EE", "US", "ET", "FI"),  # Estonie, États-Unis, Éthiopie, Finlande
    }.items():
        found = places(language, *codes)
        assert found == sorted(found), language
