"""The quick menu shows what Django's own would."""

from html.parser import HTMLParser

import pytest
from django import forms
from django_countries import countries

from subscribers.views.fields import time_zone_choices
from subscribers.views.quick_select import QuickSelect


class Options(HTMLParser):
    """The menu as a browser understands it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None], str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs), ""))

    def handle_data(self, data: str) -> None:
        if data.strip():
            tag, attrs, text = self.found.pop()
            self.found.append((tag, attrs, text + data))


COUNTRIES = [("", "Select a country"), *((each.code, str(each.name)) for each in countries)]
HOSTILE = [("", "Select"), ('"><script>', "<b>x</b> & y"), ("a", "A"), ("a", "A again")]


@pytest.mark.parametrize("value", ["", None, "NZ", "a", '"><script>', "unknown"])
@pytest.mark.parametrize("choices", [COUNTRIES, time_zone_choices(), HOSTILE])
def test_it_shows_what_djangos_own_does(choices: object, value: str | None) -> None:
    attrs = {"id": "id_x", "aria-describedby": "a b", "aria-invalid": "true"}
    menus = [widget(choices=choices) for widget in (QuickSelect, forms.Select)]  # type: ignore[arg-type]

    quick, own = (Options(menu.render("x", value, attrs)).found for menu in menus)

    assert [one for one in own if one[1].get("label") != ""] == quick
