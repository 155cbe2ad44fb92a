"""The block of the brand’s social links."""

import pytest

from newsletter.models import Brand
from newsletter.rendering.content_errors import BlockError
from newsletter.rendering.email import missing_in, render_email
from tests.newsletter.rendering.sample_emails import Page, email, rendered

GOOD = [{"type": "social_links"}]

FAULTS = [({"type": "social_links", "url": "x"}, "url", "no such field")]


def test_the_brands_links_are_in_both_parts_each_on_a_line_of_the_text(brand: Brand) -> None:
    mail = rendered(brand, *GOOD)
    assert "https://linkedin.example/company/itht" in Page(mail.html).links()
    assert "LinkedIn:\nhttps://linkedin.example/company/itht\n" in mail.text
    assert "Mastodon:\nhttps://mastodon.example/@itht\n" in mail.text


def test_a_brand_without_links_leaves_no_trace_and_staff_are_told(brand: Brand) -> None:
    brand.social_links = []
    assert rendered(brand, *GOOD) == rendered(brand)
    [(index, why)] = missing_in(email(*GOOD), brand=brand)
    assert (index, "no social links yet" in why) == (0, True)


def test_a_hostile_link_is_a_fault(brand: Brand) -> None:
    brand.social_links = [{"name": "x", "url": "javascript:alert(1)"}]
    with pytest.raises(BlockError, match="must start with"):
        render_email(email(*GOOD), brand=brand)
