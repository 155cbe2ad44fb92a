"""The countries of forms, and their order."""

from subscribers.countries import country_choices, country_codes, country_menu


def test_countries_are_offered_by_name_whatever_its_accents() -> None:
    names = [str(country.name) for country in country_menu()]
    assert names[:3] == ["Afghanistan", "Åland Islands", "Albania"]
    assert names.index("Côte d'Ivoire") == names.index("Costa Rica") + 1


def test_a_public_form_begins_with_no_country() -> None:
    assert country_choices()[:2] == [("", "Select a country"), ("AF", "Afghanistan")]


def test_each_country_that_is_offered_is_taken() -> None:
    assert {country.code for country in country_menu()} == set(country_codes())
