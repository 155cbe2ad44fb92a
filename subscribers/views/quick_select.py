"""Long menus, of countries and time zones, whose options are made once."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from newsletter.public_pages.places import is_place

type _Group = tuple[tuple[str, str], ...]
type _Entry = tuple[str, str | _Group]


class QuickSelect(forms.Select):
    """A menu like Django's own, whose options don't go through a template each.

    They depend on the choices alone, so they are made once for each list of choices, which is one
    for each language. A visitor's own choice is marked afterwards. End tags are left out, as
    HTML allows: those of 700 countries and time zones weigh 6 KB. A value that is the place of all
    options (newsletter.public_pages.places) stands for them.
    """

    def render(
        self,
        name: str,
        value: Any,
        attrs: Mapping[str, Any] | None = None,
        renderer: Any = None,
    ) -> SafeString:
        options = value if is_place(value) else marked(options_of(self.choices), value)
        all_attrs = self.build_attrs(self.attrs, {"name": name, **(attrs or {})})
        return format_html("<select{}>{}</select>", flatatt(all_attrs), options)


def options_of(choices: Iterable[Any]) -> SafeString:
    """Return the options of a menu, as a form's field has its choices."""
    return _options(tuple(_entry(value, label) for value, label in choices))


def marked(options: SafeString, value: Any) -> SafeString:
    """Return options of which the first with this value is selected."""
    opening = opening_of(value)
    return mark_safe(options.replace(f"{opening}>", f"{opening} selected>", 1))  # noqa: S308 - `opening` is escaped


def opening_of(value: Any) -> str:
    """Return how the option of a value begins."""
    return f'<option value="{escape("" if value is None else str(value))}"'


def _entry(value: Any, label: Any) -> _Entry:
    if isinstance(label, list | tuple):
        return str(value), tuple((str(inner), str(text)) for inner, text in label)
    return ("" if value is None else str(value)), str(label)


@lru_cache(maxsize=64)
def _options(entries: Iterable[_Entry]) -> SafeString:
    return format_html_join(
        "",
        "{}",
        (
            (
                format_html('<optgroup label="{}">{}', value, _options(label))
                if isinstance(label, tuple) and value
                else _options(label)
                if isinstance(label, tuple)
                else format_html('<option value="{}">{}', value, label),
            )
            for value, label in entries
        ),
    )
