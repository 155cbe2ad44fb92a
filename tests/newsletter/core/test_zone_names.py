import pytest

from newsletter.core.time_zones import known_zones, zone_menu
from newsletter.core.zone_names import local_zone_menu, zone_label


@pytest.mark.parametrize(
    ("language", "label"),
    [("uk", "Київ"), ("fr", "Kyiv"), ("ar", "كييف"), ("ro", "Kyiv"), ("es", "Kyiv")],
)
def test_a_place_goes_by_its_name_in_the_language_of_the_page(language: str, label: str) -> None:
    assert zone_label("Europe/Kyiv", language) == label


@pytest.mark.parametrize("language", ["fr", "es", "ro", "uk", "ar"])
def test_all_places_are_offered_in_each_language_and_each_once(language: str) -> None:
    offered = [
        zone for _, group in local_zone_menu(title="", language=language) for zone, _ in group
    ]
    assert sorted(offered) == sorted(zone for _, group in zone_menu() for zone, _ in group)


def test_in_english_the_menu_is_that_of_the_staff() -> None:
    own = local_zone_menu(["Asia/Calcutta"], title="Yours", language="en")
    assert own == zone_menu(["Asia/Calcutta"], title="Yours")


def test_an_older_name_that_somebody_has_stands_in_front() -> None:
    (title, own), *others = local_zone_menu(["Asia/Calcutta"], title="Ваш", language="uk")
    assert (title, [zone for zone, _ in own]) == ("Ваш", ["Asia/Calcutta"])
    assert "Asia/Kolkata" in [zone for _, group in others for zone, _ in group]


def test_no_zone_of_the_world_fails() -> None:
    assert all(zone_label(zone, "ar") for zone in known_zones())


@pytest.mark.parametrize(
    ("zone", "label"),
    [("Asia/Kolkata", "Колката"), ("Asia/Yangon", "Янгон"), ("US/Eastern", "Нью-Йорк")],
)
def test_a_place_is_known_under_its_older_and_its_newer_name(zone: str, label: str) -> None:
    assert zone_label(zone, "uk") == label
