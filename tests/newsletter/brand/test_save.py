"""Saving the brand: a new sender is announced, and nothing else is."""

from collections.abc import Iterator
from typing import Any

import pytest

from newsletter.brand.save import save_brand
from newsletter.models import THE_BRAND, Brand
from newsletter.signals import sender_changed
from tests.samples import BRAND


@pytest.fixture
def announced(db: None) -> Iterator[list[Brand]]:
    """The brand as it is saved whenever a new sender is announced."""
    heard: list[Brand] = []

    def hear(sender: Any, **kwargs: Any) -> str:
        heard.append(Brand.objects.get())
        return "Heard."

    sender_changed.connect(hear)
    yield heard
    sender_changed.disconnect(hear)


@pytest.mark.parametrize("column", ["sender_name", "sender_email", "reply_to"])
def test_a_new_sender_is_announced_once_it_is_saved(
    brand: Brand, announced: list[Brand], column: str
) -> None:
    setattr(brand, column, "another@example.org")

    assert save_brand(brand) == ["Heard."]
    assert [getattr(one, column) for one in announced] == ["another@example.org"]


def test_another_look_is_not_announced(brand: Brand, announced: list[Brand]) -> None:
    brand.name, brand.colour, brand.postal_address = "Another", "#000000", "2 Square"

    assert save_brand(brand) == []
    assert announced == []
    assert Brand.objects.get().name == "Another"


def test_the_first_brand_is_nobodys_change(announced: list[Brand]) -> None:
    assert save_brand(Brand(**BRAND)) == []
    assert (Brand.objects.get().pk, announced) == (THE_BRAND, [])


def test_where_a_receiver_fails_nothing_is_saved(brand: Brand) -> None:
    def fail(sender: Any, **kwargs: Any) -> str:
        raise RuntimeError

    sender_changed.connect(fail)
    brand.sender_name = "Another"
    try:
        with pytest.raises(RuntimeError):
            save_brand(brand)
    finally:
        sender_changed.disconnect(fail)
    assert Brand.objects.get().sender_name == BRAND["sender_name"]
