"""The button block."""

from newsletter.models import Brand
from tests.newsletter.rendering.sample_emails import Page, rendered
from tests.samples import VALUES

URL = "https://example.org/"

GOOD = [{"type": "button", "label": "Read", "url": URL}]

FAULTS = [
    ({"type": "button", "label": "x"}, "url", "is missing"),
    ({"type": "button", "url": URL}, "label", "is missing"),
    ({"type": "button", "label": "x" * 81, "url": URL}, "label", "at most 80"),
    ({"type": "button", "label": "x", "url": "javascript:alert(1)"}, "url", "must start with"),
    ({"type": "button", "label": "x", "url": f"{URL}{{given_name}}"}, "url", "can’t contain one"),
    ({"type": "button", "label": "x", "url": 7}, "url", "must be text"),
]


def test_a_button_leads_where_it_says_in_both_parts(brand: Brand) -> None:
    mail = rendered(
        brand,
        {"type": "button", "label": "Read {given_name}", "url": "https://example.org/?a=1&b=2"},
        {"type": "button", "label": "Leave", "url": "{unsubscribe_url}"},
    )
    links = Page(mail.html).links()
    assert "https://example.org/?a=1&b=2" in links
    assert links.count(VALUES["unsubscribe_url"]) == 2
    assert "Read Ada:\nhttps://example.org/?a=1&b=2" in mail.text
    assert f"Leave:\n{VALUES['unsubscribe_url']}" in mail.text
