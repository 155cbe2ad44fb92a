"""The size of an email, for the recipient with the longest name and links."""

import pytest
from pytest_django.fixtures import Settings

from newsletter.models import Brand
from newsletter.rendering.email import render_email
from newsletter.rendering.email_size import MAXIMUM_HTML, TooLarge, largest_html, longest_subject
from newsletter.rendering.merge import open_fields
from newsletter.rendering.rendered import fill_preview
from tests.newsletter.rendering.sample_emails import email


def test_an_email_that_gmail_would_clip_is_refused_with_its_size(brand: Brand) -> None:
    page = {"type": "rich_text", "html": "<p>" + "word " * 5_000 + "</p>"}
    assert largest_html(render_email(email(page, page, page), brand=brand)) < MAXIMUM_HTML
    with pytest.raises(TooLarge, match="Gmail") as caught:
        render_email(email(page, page, page, page), brand=brand)
    assert caught.value.size >= MAXIMUM_HTML


def test_size_counts_bytes_and_the_longest_names_and_links(brand: Brand) -> None:
    wide = {"type": "rich_text", "html": "<p>" + "語" * 25_000 + "</p>"}
    with pytest.raises(TooLarge):
        render_email(email(wide, wide), brand=brand)
    many_names = {"type": "rich_text", "html": "<p>" + "{full_name}" * 100 + "</p>"}
    with pytest.raises(TooLarge):
        render_email(email(many_names), brand=brand)
    few = render_email(email({"type": "divider"}), brand=brand)
    longest = {
        "given_name": '"' * 100,
        "full_name": '"' * 200,
        **dict.fromkeys(
            ("unsubscribe_url", "preferences_url", "archive_url"), "https://" + "x" * 100
        ),
    }
    assert largest_html(few) >= len(fill_preview(few, longest).html.encode())


def test_a_subject_counts_the_longest_name() -> None:
    assert longest_subject(open_fields("Dear {full_name|you}")) == len("Dear ") + 200


def test_a_longer_address_of_the_installation_makes_links_longer(
    settings: Settings, brand: Brand
) -> None:
    mail = render_email(email({"type": "divider"}), brand=brand)
    before = largest_html(mail)
    settings.SITE_URL += "/a-longer-path"
    assert largest_html(mail) > before
