"""The image block."""

from newsletter.models import Brand
from tests.newsletter.rendering.sample_emails import Page, rendered

URL = "https://example.org/a.png"

GOOD = [{"type": "image", "url": URL, "alt": "The hall"}]

FAULTS = [
    ({"type": "image", "url": URL}, "alt", "can’t see it"),
    ({"type": "image", "url": URL, "alt": ""}, "alt", "can’t see it"),
    ({"type": "image", "url": URL, "alt": "  "}, "alt", "is empty"),
    ({"type": "image", "url": "http://example.org/a.png", "alt": "x"}, "url", "https://"),
    ({"type": "image", "url": "data:image/png;base64,x", "alt": "x"}, "url", "https://"),
    ({"type": "image", "url": "{archive_url}", "alt": "x"}, "url", "not allowed in a link"),
    ({"type": "image", "alt": "x"}, "url", "is missing"),
]


def test_an_image_has_its_text_in_both_parts(brand: Brand) -> None:
    alt = 'The "hall" & <stairs> é हिन्दी'
    mail = rendered(brand, {"type": "image", "url": f"{URL}?x=1&y=2", "alt": alt})
    image = next(attributes for tag, attributes in Page(mail.html).tags if tag == "img")
    assert image["src"] == f"{URL}?x=1&y=2"
    assert image["alt"] == alt
    assert f"[{alt}]" in mail.text
