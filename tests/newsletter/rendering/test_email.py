"""Emails of campaigns: what recipients get, whatever staff wrote."""

from typing import Any

import pytest

from newsletter.models import Brand
from newsletter.rendering.blocks.clean import MAXIMUM_BLOCKS
from newsletter.rendering.content_errors import BlockError
from newsletter.rendering.email import Email, render_email
from newsletter.rendering.email_size import TooLarge
from newsletter.rendering.merge import Splice
from tests.newsletter.rendering.sample_emails import Page, email, rendered
from tests.samples import EVENT, VALUES


def test_the_footer_says_who_why_and_how_to_leave(brand: Brand) -> None:
    mail = rendered(brand, {"type": "divider"})
    links = Page(mail.html).links()
    for url in (VALUES["unsubscribe_url"], VALUES["preferences_url"], VALUES["archive_url"]):
        assert url in links
        assert url in mail.text
    for part in (mail.html, mail.text):
        assert "You follow Quarterly meetings." in part
        for line in brand.postal_address.splitlines():
            assert line in part
        assert brand.name in part


def test_an_email_outside_the_archive_has_no_link_to_it(brand: Brand) -> None:
    email_outside = email({"type": "divider"}, in_archive=False)
    assert Splice.parse(render_email(email_outside, brand=brand).html).fields >= {
        "unsubscribe_url",
        "preferences_url",
    }
    assert "archive_url" not in Splice.parse(render_email(email_outside, brand=brand).html).fields


def test_subject_preheader_and_title_are_filled_and_escaped(brand: Brand) -> None:
    values = VALUES | {"given_name": "<b>\"&'"}
    mail = rendered(
        brand,
        {"type": "heading", "text": "Dear {given_name}"},
        preheader="For {given_name}",
        values=values,
    )
    assert mail.subject == "Hello <b>\"&'"
    assert "<title>Hello &lt;b&gt;&quot;&amp;&#x27;</title>" in mail.html
    assert ">For &lt;b&gt;&quot;&amp;&#x27;</div>" in mail.html
    assert "<b>\"&'" not in mail.html
    assert "Dear <b>\"&'" in mail.text
    assert "For <b>" not in mail.text


def test_fallbacks_stand_where_a_name_is_missing(brand: Brand) -> None:
    mail = rendered(
        brand, {"type": "heading", "text": "Dear {given_name|friends & <others>}"}, values={}
    )
    assert mail.subject == "Hello colleague"
    assert "Dear friends &amp; &lt;others&gt;</h1>" in mail.html
    assert "Dear friends & <others>" in mail.text


def test_template_syntax_of_staff_stays_literal_everywhere(brand: Brand) -> None:
    words = "{{ brand.name }} {% debug %} {# x #} {{given_name}} slot0slot [[x]] %s"
    mail = rendered(
        brand,
        {"type": "heading", "text": words},
        {"type": "rich_text", "html": f"<p>{words}</p>"},
        {"type": "quotation", "text": words, "source": words},
        {"type": "button", "label": "{{ x }} {% y %} slot1slot", "url": "https://example.org"},
        {"type": "image", "url": "https://example.org/a.png", "alt": words},
        subject="{{ 7|add:7 }} slot0slot",
        preheader=words,
        reason=words,
    )
    assert mail.subject == "{{ 7|add:7 }} slot0slot"
    assert mail.html.count(words) >= 7
    assert (
        mail.text.replace("\n> ", " ").replace("\n", " ").count("{{ brand.name }} {% debug %}") >= 5
    )


def test_markup_of_staff_in_plain_fields_is_text(brand: Brand) -> None:
    words = "</mj-text><mj-raw><script>alert(1)</script></mj-raw> < 1 & 2 \"x\" 'y' ]]> -->"
    mail = rendered(
        brand,
        {"type": "heading", "text": words},
        {"type": "quotation", "text": words, "source": words},
        {"type": "image", "url": "https://example.org/a.png", "alt": words},
        subject=words,
        preheader=words,
        reason=words,
    )
    tags = {tag for tag, _ in Page(mail.html).tags}
    assert "script" not in tags
    assert not {tag for tag in tags if tag.startswith("mj-")}
    assert mail.html.count("&lt;script&gt;") >= 6
    assert "</mj-text><mj-raw><script>alert(1)</script></mj-raw>" in mail.text


def test_the_brands_own_words_are_escaped(brand: Brand) -> None:
    brand.name = "A & <B>"
    brand.postal_address = "1 <Street>\n\n{{ x }}"
    brand.colour = 'red;}</style><script>"'
    mail = rendered(brand, {"type": "divider"})
    assert "script" not in {tag for tag, _ in Page(mail.html).tags}
    assert "A & <B>\n1 <Street>\n{{ x }}" in mail.text


@pytest.mark.parametrize(
    ("website", "shown"),
    [("https://www.example.org", True), ("javascript:alert(1)", False), ("", False)],
)
def test_the_brands_website_is_a_web_address_or_absent(
    website: str, shown: bool, brand: Brand
) -> None:
    brand.website = website
    mail = rendered(brand, {"type": "divider"})
    assert (website in Page(mail.html).links()) is shown
    assert "javascript" not in mail.html + mail.text


def test_blocks_that_were_never_cleaned_stop_at_the_second_wall(brand: Brand) -> None:
    raw = [
        {
            "type": "rich_text",
            "html": "<p onclick='x'>Hi<script>alert(1)</script><a href='javascript:x'>y</a></p>",
        }
    ]
    html = render_email(Email(subject="x", blocks=raw), brand=brand).html
    assert "script" not in {tag for tag, _ in Page(html).tags}
    assert "javascript" not in html
    assert "onclick" not in html


@pytest.mark.parametrize(
    ("block", "path"),
    [
        ({"type": "button", "label": "x", "url": "javascript:alert(1)"}, "blocks[0].url"),
        ({"type": "image", "url": "http://example.org/a.png", "alt": "x"}, "blocks[0].url"),
        ({"type": "heading", "text": "{shoe_size}"}, "blocks[0].text"),
        ({"type": "rich_text", "html": "<p>{shoe_size}</p>"}, "blocks[0].html"),
        ({"type": "raw"}, "blocks[0].type"),
        ({}, "blocks[0].type"),
    ],
)
def test_uncleaned_blocks_that_can_not_be_shown_are_faults(
    block: dict[str, Any], path: str, brand: Brand
) -> None:
    with pytest.raises(BlockError) as caught:
        render_email(Email(subject="x", blocks=[block]), brand=brand)
    assert caught.value.path == path


def test_too_many_blocks_are_a_fault(brand: Brand) -> None:
    with pytest.raises(BlockError):
        render_email(
            Email(subject="x", blocks=[{"type": "divider"}] * (MAXIMUM_BLOCKS + 1)), brand=brand
        )


def test_an_unknown_field_in_the_subject_is_a_fault(brand: Brand) -> None:
    with pytest.raises(BlockError, match="subject"):
        render_email(Email(subject="{shoe_size}", blocks=[]), brand=brand)


@pytest.mark.parametrize("depth", [5_000, 14_000])
def test_nested_tags_kill_no_process_even_uncleaned(depth: int, brand: Brand) -> None:
    bomb = [{"type": "rich_text", "html": "<blockquote>" * depth + "x"}]
    with pytest.raises((BlockError, TooLarge)):
        render_email(Email(subject="x", blocks=bomb), brand=brand)


@pytest.mark.parametrize(
    ("language", "direction"),
    [
        ("en", "ltr"),
        ("fr-ca", "ltr"),
        ("ar", "rtl"),
        ("he", "rtl"),
        ("fa-ir", "rtl"),
        ("az-arab", "rtl"),
        ("zh-hant", "ltr"),
        ("ur", "rtl"),
    ],
)
def test_language_and_direction_are_declared(language: str, direction: str, brand: Brand) -> None:
    mail = rendered(brand, {"type": "quotation", "text": "x"}, language=language)
    declared = [attributes for tag, attributes in Page(mail.html).tags if "lang" in attributes]
    assert declared[0] == declared[0] | {"lang": language, "dir": direction}
    assert declared[1] == declared[1] | {
        "lang": language,
        "dir": direction,
    }  # Gmail drops the html element
    side = "right" if direction == "rtl" else "left"
    assert f"border-{side}:3px solid" in mail.html


@pytest.mark.parametrize("language", ["", "x", 'en"><script>', "../../etc", "e" * 500])
def test_what_is_no_language_counts_as_english(language: str, brand: Brand) -> None:
    assert (
        '<html lang="en" dir="ltr"' in rendered(brand, {"type": "divider"}, language=language).html
    )


def test_words_of_any_script_pass_unchanged(brand: Brand) -> None:
    words = "دعوة إلى الاجتماع · הזמנה · निमन्त्रण · คำเชิญ · 招待 · Thư mời é · 🕊️"
    mail = rendered(
        brand,
        {"type": "heading", "text": words},
        {"type": "image", "url": "https://example.org/a.png", "alt": words},
        subject=words,
        preheader=words,
    )
    assert mail.subject == words
    assert mail.html.count(words) >= 4
    assert words in mail.text


def test_the_page_tells_mail_programs_that_it_knows_the_dark(brand: Brand) -> None:
    html = rendered(brand, {"type": "divider"}).html
    assert '<meta name="color-scheme" content="light dark"' in html
    assert '<meta name="supported-color-schemes" content="light dark"' in html
    assert "@media (prefers-color-scheme: dark)" in html


def test_nothing_is_loaded_from_anywhere_and_nothing_tracks(brand: Brand) -> None:
    html = rendered(brand, *FULL, event=EVENT).html
    found = {tag for tag, _ in Page(html).tags}
    assert not found & {"script", "iframe", "link", "form", "input", "object", "embed", "video"}
    assert "@import" not in html
    assert "fonts.googleapis" not in html
    assert [attributes["src"] for tag, attributes in Page(html).tags if tag == "img"] == [
        "https://example.org/a.png"
    ]


def test_the_text_part_says_what_the_html_says(brand: Brand) -> None:
    mail = rendered(brand, *FULL, event=EVENT, preheader="Not in the text")
    page = Page(mail.html)
    words = " ".join(mail.text.replace("\n> ", " ").split())
    body = page.texts[page.texts.index(brand.name) :]
    assert EVENT.summary in body
    for text in body:
        assert " ".join(text.split()) in words
    for link in page.links():
        assert link.removeprefix("mailto:") in mail.text
    assert "Not in the text" not in mail.text
    assert "prefers-color-scheme" not in mail.text
    assert "<p" not in mail.text


def test_lines_of_the_text_part_are_short_where_words_allow(brand: Brand) -> None:
    mail = rendered(
        brand,
        {
            "type": "rich_text",
            "html": "<p>" + "{given_name|dear colleague} and others " * 50 + "</p>",
        },
    )
    assert max(map(len, mail.text.splitlines())) <= 80


def test_no_field_is_left_open_for_a_recipient(brand: Brand) -> None:
    mail = rendered(brand, *FULL, event=EVENT, values={})
    for part in (mail.subject, mail.html, mail.text):
        assert "\ue000" not in part
        assert "\ue001" not in part


def test_equal_emails_render_equally(brand: Brand) -> None:
    assert render_email(email(*FULL, event=EVENT), brand=brand) == render_email(
        email(*FULL, event=EVENT), brand=brand
    )


FULL: list[dict[str, Any]] = [
    {"type": "heading", "text": "Dear {given_name|colleague}"},
    {
        "type": "rich_text",
        "html": (
            "<p>Quarterly <strong>meeting</strong> of <a "
            'href="https://example.org/a?b=1&amp;c=2">members</a>.</p>'
        ),
    },
    {"type": "event_card"},
    {"type": "image", "url": "https://example.org/a.png", "alt": "The hall"},
    {"type": "quotation", "text": "No law", "source": "Report"},
    {"type": "button", "label": "Read", "url": "mailto:office@example.org"},
    {"type": "divider"},
]
