"""Notices: complete, in both parts, and without a word that a stranger typed."""

from datetime import timedelta

import pytest
from pytest_django.fixtures import Settings

from newsletter.models import Brand
from newsletter.rendering.content_errors import BlockError
from newsletter.rendering.email_size import MAXIMUM_HTML
from newsletter.rendering.notices import NOTICES, MissingText, UnknownNotice, render_notice
from tests.as_read import as_read
from tests.samples import NOTICES as SAMPLES


def test_each_notice_has_its_case_here() -> None:
    assert set(SAMPLES) == set(NOTICES)


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_a_notice_is_complete_in_both_parts(name: str, brand: Brand) -> None:
    mail = render_notice(name, SAMPLES[name], brand=brand)
    assert mail.subject
    assert "\n" not in mail.subject
    assert "ITHT" in mail.subject
    for part in (mail.subject, mail.html, mail.text):
        assert "\ue000" not in part
        assert "slot" not in part
        assert "{{" not in part
    for key, value in SAMPLES[name].items():
        for text in value if isinstance(value, list) else [value]:
            assert text in as_read(mail.html), key
            assert text in mail.text, key
    for line in brand.postal_address.splitlines():
        assert line in mail.html
        assert line in mail.text
    assert "You get this" in mail.text
    assert len(mail.html.encode()) < 20_000


def test_a_confirmation_says_what_happens_if_it_is_ignored(
    brand: Brand, settings: Settings
) -> None:
    settings.KEEP_UNCONFIRMED = timedelta(days=21)
    text = " ".join(
        render_notice("confirmation", SAMPLES["confirmation"], brand=brand).text.split()
    )
    assert "you can ignore this email" in text
    assert "delete the address after 21 days" in text
    assert "Block all email to this address" in text
    assert "Confirm my subscription:" in text


@pytest.mark.parametrize("name", ["confirmation", "preferences_link", "already_subscribed"])
def test_what_a_stranger_typed_never_reaches_the_owner_of_an_address(
    name: str, brand: Brand
) -> None:
    typed = {
        "given_name": "BUY NOW",
        "full_name": "BUY NOW",
        "name": "BUY NOW",
        "reason": "BUY NOW",
        "preheader": "BUY NOW",
        "brand_name": "BUY NOW",
    }
    mail = render_notice(name, {**typed, **SAMPLES[name]}, brand=brand)
    assert mail == render_notice(name, SAMPLES[name], brand=brand)


@pytest.mark.parametrize(
    "name",
    [
        "<b>\"&'</b>",
        "{{ brand.pk }}",
        "{full_name}",
        "{% debug %}",
        "slot0slot",
        "عائشة é",
        "x" * 100,
    ],
)
def test_a_welcomed_name_is_only_a_name(name: str, brand: Brand) -> None:
    mail = render_notice("welcome", {**SAMPLES["welcome"], "given_name": name}, brand=brand)
    assert name in mail.text.replace("\n", " ")
    assert "<b>" not in mail.html


@pytest.mark.parametrize("languages", [["en"], ["en", "es"]])
def test_a_welcome_speaks_of_a_choice_of_language_where_there_is_one(
    languages: list[str], brand: Brand, settings: Settings
) -> None:
    settings.CONTENT_LANGUAGES = languages
    mail = render_notice("welcome", SAMPLES["welcome"], brand=brand)
    assert ("language" in mail.text) is (len(languages) > 1)


def test_a_name_adds_no_line(brand: Brand) -> None:
    mail = render_notice(
        "welcome",
        {**SAMPLES["welcome"], "given_name": "Ada\r\n\r\nBuy now\ue000given_name\ue001"},
        brand=brand,
    )
    assert "Welcome, Ada Buy nowgiven_name" in mail.text


def test_a_topics_braces_and_markup_are_text(brand: Brand) -> None:
    mail = render_notice(
        "confirmation",
        {**SAMPLES["confirmation"], "topics": ["<i>A</i> & {given_name} {{ x }}"]},
        brand=brand,
    )
    assert "- <i>A</i> & {given_name} {{ x }}" in mail.text
    assert "&lt;i&gt;A&lt;/i&gt; &amp; {given_name} {{ x }}" in mail.html


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_a_notice_without_a_brand_that_is_set_up_still_reads(name: str) -> None:
    mail = render_notice(name, SAMPLES[name], brand=Brand(name="Convene"))
    assert "Convene" in mail.subject


@pytest.mark.parametrize(
    ("name", "missing"),
    [
        ("confirmation", "confirm_url"),
        ("welcome", "preferences_url"),
        ("preferences_link", "manage_url"),
    ],
)
@pytest.mark.parametrize("value", [None, ""])
def test_a_notice_without_its_link_is_not_written(
    name: str, missing: str, value: str | None, brand: Brand
) -> None:
    with pytest.raises(MissingText, match=missing):
        render_notice(name, {**SAMPLES[name], missing: value}, brand=brand)


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "not a url", "https://user@evil.example/", "/confirm/x/"]
)
def test_a_notices_link_is_a_web_address(url: str, brand: Brand) -> None:
    with pytest.raises(BlockError):
        render_notice("confirmation", {**SAMPLES["confirmation"], "confirm_url": url}, brand=brand)


@pytest.mark.parametrize("name", ["", "proof", "../confirmation", "_layouts", "x" * 10_000])
def test_an_unknown_notice_is_named_with_those_that_exist(name: str, brand: Brand) -> None:
    with pytest.raises(UnknownNotice, match="already_subscribed"):
        render_notice(name, {}, brand=brand)


@pytest.mark.parametrize(
    ("language", "declared"),
    [
        ("ar", 'lang="ar" dir="rtl"'),
        ("hu", 'lang="hu" dir="ltr"'),
        ('"><script>', 'lang="en" dir="ltr"'),
        (None, 'lang="en'),
    ],
)
def test_a_notice_declares_its_language(language: str | None, declared: str, brand: Brand) -> None:
    assert (
        declared
        in render_notice(
            "preferences_link", {**SAMPLES["preferences_link"], "language": language}, brand=brand
        ).html
    )


def test_a_notice_to_somebody_without_a_language_is_in_the_installations_own(
    brand: Brand, settings: Settings
) -> None:
    settings.CONTENT_LANGUAGES = ["es", "en"]
    mail = render_notice("confirmation", SAMPLES["confirmation"], brand=brand)
    assert mail.subject.startswith("Confirme su suscripción")


def test_a_notice_of_many_topics_stays_small(brand: Brand) -> None:
    mail = render_notice(
        "confirmation",
        {**SAMPLES["confirmation"], "topics": [f"Topic {number}" for number in range(200)]},
        brand=brand,
    )
    assert len(mail.html.encode()) < MAXIMUM_HTML
