"""Templates need no exception from a strict content security policy."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.architecture.sources import files, text_of

PAGES = [path for path in files(".html") if "emails" not in path.parts and path.parts[0] != "tests"]
"""Templates of pages; those of emails are styled inline, and shown in a sandboxed frame only."""


class Inline(HTMLParser):
    """A parser that collects what `script-src 'self'` and `style-src 'self'` would block."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {name: value or "" for name, value in attrs}
        data = names.get("type", "").endswith("json") or names.get("type") == "importmap"
        if tag == "script" and "src" not in names and not data:
            self.found.append("<script> without src")
        if tag == "style" and "nonce" not in names:
            self.found.append("<style>")
        self.found += [
            f"{name}=" for name in names if name == "style" or re.fullmatch(r"on[a-z]+", name)
        ]
        self.found += [
            f"{name}={value}"
            for name, value in names.items()
            if value.strip().lower().startswith("javascript:")
        ]


def inline(markup: str) -> list[str]:
    """List the inline scripts and styles of `markup`, which is a template or a page."""
    parser = Inline()
    parser.feed(markup)
    return parser.found


@pytest.mark.parametrize("path", PAGES, ids=str)
def test_no_template_has_scripts_or_styles_inline(path: Path) -> None:
    markup = text_of(path).replace("{% csp_nonce_attr %}", 'nonce="x"')
    # Tags of the template language would hide attributes from the parser.
    assert not inline(re.sub(r"{%.*?%}|{#.*?#}", " ", markup, flags=re.DOTALL))


@pytest.mark.parametrize(
    "markup",
    [
        "<script>alert(1)</script>",
        '<p style="color:red">',
        "<style>p{}</style>",
        '<a onclick="x()">',
        '<a href="javascript:1">',
    ],
)
def test_what_is_inline_is_seen(markup: str) -> None:
    assert inline(markup)


def test_nothing_is_fetched_from_elsewhere() -> None:
    """No fonts, scripts, styles or pictures come from others, who would learn of each visit."""
    elsewhere = r"<(script|link|img|iframe|source)\b[^>]*\b(src|href)=[\"'](https?:)?//"
    assert not [path for path in PAGES if re.search(elsewhere, text_of(path))]
    assert not [
        path
        for path in files(".css")
        if re.search(r"url\([\"']?(https?:)?//|@import", text_of(path))
    ]


def test_nothing_is_marked_safe_in_a_template() -> None:
    assert not [
        path for path in PAGES if re.search(r"\|\s*safe\b|{%\s*autoescape off", text_of(path))
    ]


SUMMARISED_ELSEWHERE = {
    "templates/admin/includes/fieldset.html": "unfold's form says it above all fieldsets",
    "templates/campaigns/home.html": "its form comes back as the sign-up page",
    "templates/studio/_row_languages.html": "the page around it says it",
    "templates/studio/answers/_fields.html": "the pages around it say it",
    "templates/studio/event/programme.html": "says it for all rows together",
    "templates/subscribers/_short_form.html": "its form comes back as the sign-up page",
    "templates/subscribers/_sign_up_form.html": "the pages around it say it",
}
"""Templates of fields without a summary of errors, with the reason."""


def lacks_summary(markup: str) -> bool:
    """Return whether a template shows a field that can be wrong, and no summary of errors."""
    return '/_field.html"' in markup and '/_errors.html"' not in markup


def test_each_form_says_what_is_wrong_in_a_summary_too() -> None:
    assert lacks_summary('{% include "studio/_field.html" with field=form.name %}')
    found = {path.as_posix() for path in PAGES if lacks_summary(text_of(path))}
    assert found - SUMMARISED_ELSEWHERE.keys() == set()


@pytest.mark.parametrize("folder", ["studio", "subscribers"])
def test_the_summary_takes_the_focus_and_leads_to_each_field(folder: str) -> None:
    markup = text_of(Path("templates", folder, "_errors.html"))
    assert 'tabindex="-1" autofocus' in markup
    assert 'href="#{{ field.id_for_label' in markup
