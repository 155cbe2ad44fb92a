"""A value is read once, until something changes."""

from newsletter.models import Brand, PublicChange
from newsletter.public_pages.kept_value import KeptValues


def test_a_value_is_made_once_until_something_changes(brand: Brand) -> None:
    values, made = KeptValues(), list[str]()

    def make() -> str:
        made.append(Brand.objects.get().name)
        return made[-1]

    assert values.value("name", make) == values.value("name", make) == brand.name
    Brand.objects.update(name="Renamed")
    assert values.value("name", make) == "Renamed"
    assert len(made) == 2


def test_each_name_has_its_own_value(brand: Brand) -> None:
    values = KeptValues()

    found = [values.value(("words", tag), lambda tag=tag: tag) for tag in ("en", "ar", "en")]  # type: ignore[misc] # mypy can't tell the default's type

    assert found == ["en", "ar", "en"]


def test_what_was_begun_before_a_change_is_not_kept_after_it(brand: Brand) -> None:
    values = KeptValues()

    def slow() -> str:
        old = Brand.objects.get().name
        Brand.objects.update(name="Renamed")
        values.value("other", str)
        return old

    assert values.value("name", slow) == brand.name
    assert values.value("name", lambda: Brand.objects.get().name) == "Renamed"


def test_there_is_room_for_few(brand: Brand) -> None:
    values = KeptValues()
    for number in range(1000):
        assert values.value(number, lambda number=number: number) == number  # type: ignore[misc] # mypy can't tell the default's type
    assert len(values._values) <= 256


def test_without_a_version_nothing_is_kept(brand: Brand) -> None:
    PublicChange.objects.all().delete()
    values = KeptValues()

    assert [values.value("x", lambda: 1), values.value("x", lambda: 2)] == [1, 2]
