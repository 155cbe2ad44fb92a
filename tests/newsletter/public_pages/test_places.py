"""What is one visitor's stands in its place, and is never looked at again."""

import pytest
from django.utils.html import format_html

from newsletter.public_pages.places import fill_places, place, split_at_places

PAGE = f"<p>{place('name')}, {place('note')}, again {place('name')}</p>".encode()


def test_values_stand_in_their_places_and_are_escaped() -> None:
    parts = split_at_places(PAGE)

    filled = fill_places(parts, {"name": "Ada <&>", "note": format_html("<b>{}</b>", "ș&")})

    assert filled.decode() == "<p>Ada &lt;&amp;&gt;, <b>ș&amp;</b>, again Ada &lt;&amp;&gt;</p>"


LOOK_ALIKES = ["@@note@@", "\\1", "{note}", "%(note)s", "\0"]


@pytest.mark.parametrize("name", [pytest.param(place("note"), id="a place"), *LOOK_ALIKES])
def test_a_value_that_looks_like_a_place_is_a_value(name: str) -> None:
    filled = fill_places(split_at_places(PAGE), {"name": name, "note": "secret"})

    assert filled.decode() == f"<p>{name}, secret, again {name}</p>"


def test_a_page_without_places_is_one_part() -> None:
    assert split_at_places(b"BEGIN:VCALENDAR") == (b"BEGIN:VCALENDAR",)
