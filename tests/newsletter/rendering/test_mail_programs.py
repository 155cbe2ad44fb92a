"""All that emails use is entered in `mail_programs`, where it says which programs lack it."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from config.env import BASE_DIR
from newsletter.models import Brand, MediaImage
from newsletter.rendering.event_details import PictureDetails
from scripts.render_gallery import samples
from tests.newsletter.rendering.mail_programs import DEGRADES, EVERYWHERE
from tests.newsletter.rendering.sample_emails import rendered
from tests.samples import BRAND, EVENT

KINDS = ("element", "attribute", "property", "rule", "selector")
_DECLARATION = re.compile(r"([\w-]+)\s*:")
_FEATURE = re.compile(r"\(\s*([\w-]+)")


class Used(HTMLParser):
    """What a text of HTML uses, by kind."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: dict[str, set[str]] = defaultdict(set)
        self._in_style = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found["element"].add(tag)
        self.found["attribute"] |= {name for name, _ in attrs}
        self._declarations(dict(attrs).get("style") or "")
        self._in_style = tag == "style"

    def handle_endtag(self, tag: str) -> None:
        self._in_style = False

    def handle_data(self, data: str) -> None:
        if not self._in_style:
            return
        for rule in re.findall(r"@[\w-]+[^{;]*", data):
            name = rule.split()[0]
            features = _FEATURE.findall(rule)
            self.found["rule"] |= {f"{name} {each}" for each in features} or {name}
        for selectors, declarations in re.findall(r"([^{}]+)\{([^{}]*)\}", data):
            self.found["selector"] |= set(_kinds_of(selectors.strip()))
            self._declarations(declarations)

    def _declarations(self, text: str) -> None:
        parts = (_DECLARATION.match(each.strip()) for each in text.split(";"))
        self.found["property"] |= {match[1].lower() for match in parts if match}


def _kinds_of(selectors: str) -> Iterator[str]:
    if "," in selectors:
        yield "grouping"
    for selector in selectors.split(","):
        plain = re.sub(r"\[[^]]*\]", "", selector.strip())
        for mark, kind in (("[", "attribute"), (":", "pseudo-class"), (">", "child")):
            if mark in selector:
                yield kind
        for mark, kind in (("+", "sibling"), ("~", "sibling"), ("*", "universal"), ("#", "id")):
            if mark in plain:
                yield kind
        if "." in plain:
            yield "class"
        if re.search(r"\S\s+[^>\s]", plain):
            yield "descendant"
        if re.search(r"(?:^|\s)[a-z]", plain):
            yield "type"


PICTURE = PictureDetails(
    url="https://lists.example.org/media/a.png", width=1200, height=630, alt="The hall"
)


def with_every_part(language: str) -> str:
    """Return the HTML of what the gallery lacks: images of brand and event, all of a card."""
    image = MediaImage(key="0" * 24, sizes=[[600, 200, "png", 1]])
    event = replace(
        EVENT,
        picture=PICTURE,
        speakers=tuple(replace(each, portrait=PICTURE) for each in EVENT.speakers),
        moved="It was an hour earlier.",
        dial_in="+40 21 555 0147\nCode: 4711",
        rsvp_url="{rsvp_url}",
        answer_by="Please answer by Friday.",
        documents_url=EVENT.url,
    )
    return rendered(
        Brand(**BRAND, logo=image, header_image=image),
        {"type": "event_card", "picture": "yes"},
        {"type": "speakers", "details": "biographies"},
        event=event,
        language=language,
        counts_links=True,
    ).html


@pytest.mark.parametrize("language", ["en", "ar"])
def test_whatever_emails_use_is_known_to_work_or_to_degrade(language: str, db: None) -> None:
    emails = {name: html for name, (html, _) in samples(language).items()}
    unknown = {
        f"{name}: {kind} {each}"
        for name, html in [*emails.items(), ("with every part", with_every_part(language))]
        for kind, used in Used(html).found.items()
        for each in used - EVERYWHERE[kind] - set(DEGRADES[kind])
    }

    assert not unknown, "look it up on caniemail.com, and enter it in mail_programs.py"


def test_nothing_is_entered_twice_or_without_its_consequence() -> None:
    assert set(EVERYWHERE) == set(DEGRADES) == set(KINDS)
    for kind in KINDS:
        assert not EVERYWHERE[kind] & set(DEGRADES[kind])
        for programs, seen in DEGRADES[kind].values():
            assert programs
            assert seen


def test_the_docs_list_what_degrades_where_and_how() -> None:
    """Add or change the line that the assertion shows."""
    docs = (BASE_DIR / "docs" / "mail-programs.md").read_text(encoding="utf-8")
    said = {
        f"| {kind} `{name}` | {', '.join(programs)} | {seen} |"
        for kind in KINDS
        for name, (programs, seen) in DEGRADES[kind].items()
    }

    assert {line for line in docs.splitlines() if line.startswith("| ") and "`" in line} == said


BUTTON = re.compile(r'<td\b([^>]*)>\s*<a\b[^>]*style="[^"]*?\bpadding:([^;"]+)')


def test_a_button_keeps_its_size_in_outlook_for_windows_which_pads_no_link(db: None) -> None:
    buttons = [
        (cell, padding)
        for html in (with_every_part("en"), *(html for html, _ in samples("en").values()))
        for cell, padding in BUTTON.findall(html)
    ]

    assert len(buttons) > 10
    for cell, padding in buttons:
        assert f"mso-padding-alt:{padding}" in cell
        assert "bgcolor=" in cell


def test_what_is_new_is_noticed() -> None:
    html = (
        '<style>@supports (display:grid) { #x + p * { gap: 1px } } @import "x";</style>'
        '<video controls style="float:left"></video>'
    )
    found = Used(html).found

    assert found["element"] - EVERYWHERE["element"] == {"style", "video"}
    assert found["attribute"] - EVERYWHERE["attribute"] == {"controls"}
    assert {"float", "gap"} <= found["property"] - set(DEGRADES["property"])
    assert {"sibling", "universal"} <= found["selector"] - set(DEGRADES["selector"])
    assert "@supports display" in found["rule"] - set(DEGRADES["rule"])


# What must not be left to a style sheet, because some programs drop it whole.
@pytest.mark.parametrize("language", ["en", "ar"])
def test_without_its_style_sheet_an_email_keeps_colours_sizes_and_direction(
    language: str, db: None
) -> None:
    html, _ = samples(language)["campaign"]
    bare = re.sub(r"<style.*?</style>", "", html, flags=re.DOTALL)
    found = Used(bare).found["property"]

    assert {"color", "background-color", "font-size", "line-height", "padding"} <= found
    assert {"direction", "text-align", "font-family"} <= found
    assert "bgcolor" in Used(bare).found["attribute"]
