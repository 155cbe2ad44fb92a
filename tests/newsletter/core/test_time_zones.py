import pytest

from newsletter.core.time_zones import known_zones, zone_menu


def zones(*first: str) -> list[str]:
    return [zone for _, group in zone_menu(first) for zone, _ in group]


@pytest.mark.parametrize(
    ("current", "old"),
    [
        ("Asia/Kolkata", "Asia/Calcutta"),
        ("Europe/Kyiv", "Europe/Kiev"),
        ("America/Argentina/Buenos_Aires", "America/Buenos_Aires"),
        ("Asia/Yangon", "Asia/Rangoon"),
    ],
)
def test_a_zone_is_offered_once_under_its_current_name(current: str, old: str) -> None:
    assert old in known_zones()
    assert current in zones()
    assert old not in zones()


def test_an_old_name_that_somebody_has_is_offered_in_front() -> None:
    assert zones("Asia/Calcutta")[0] == "Asia/Calcutta"
    assert "Asia/Kolkata" in zones("Asia/Calcutta")


def test_every_zone_of_the_menu_is_known_and_no_zone_is_offered_twice() -> None:
    offered = zones()
    assert set(offered) <= known_zones()
    assert len(offered) == len(set(offered)) > 300
