"""The kept menus are those that the choices make, whoever's choice is marked."""

import pytest
from django.utils import translation

from newsletter.core.time_zones import known_zones
from subscribers.models import Body
from subscribers.views.fields import Choices, country_choices_with, time_zone_choices
from subscribers.views.kept_menus import country_options, time_zone_options
from subscribers.views.quick_select import marked, options_of

ZONES = [
    "",
    "Pacific/Auckland",
    "Europe/Kyiv",
    "Arctic/Longyearbyen",
    "Asia/Calcutta",
    "UTC",
    "Mars/Olympus_Mons",
    '"><script>',
    *sorted(known_zones())[::40],
]


def menu(choices: list[tuple[str, Choices]] | Choices, chosen: str) -> str:
    return marked(options_of(choices), chosen)


@pytest.mark.parametrize("language", ["en", "uk", "ar"])
def test_time_zones_are_those_of_the_choices(language: str) -> None:
    with translation.override(language):
        for kept in ZONES:
            for chosen in (kept, "Africa/Lagos", ""):
                expected = menu(time_zone_choices(kept), chosen)
                assert time_zone_options(chosen, kept=kept) == expected, (kept, chosen)


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "uk", "ar"])
def test_countries_are_those_of_the_choices(language: str) -> None:
    with translation.override(language):
        for kept in ("", "NZ", "XK", "SU", '"><script>'):
            for chosen in (kept, "FR", "ZZ", ""):
                expected = menu(country_choices_with(kept), chosen)
                assert country_options(chosen, kept=kept) == expected, (kept, chosen)


def test_a_new_body_is_in_the_kept_menu(db: None) -> None:
    assert "Council of Examples" not in country_options("", kept="")

    Body.objects.create(code="XA", name="Council of Examples")

    assert '<option value="XA" selected>Council of Examples' in country_options("XA", kept="")
