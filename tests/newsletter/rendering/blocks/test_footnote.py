"""The footnote block."""

from newsletter.models import Brand
from tests.newsletter.rendering.sample_emails import Page, rendered

GOOD = [{"type": "footnote", "html": "<p>Source: <em>report</em> of 2022</p>"}]

FAULTS = [
    ({"type": "footnote", "html": " "}, "html", "holds no text"),
    ({"type": "footnote", "html": '<a href="javascript:1">x</a>'}, "html", "must start with"),
]


def test_a_footnote_keeps_its_links(brand: Brand) -> None:
    note = {"type": "footnote", "html": '<p>See <a href="https://ilo.example/">the report</a></p>'}
    mail = rendered(brand, note)
    assert "https://ilo.example/" in Page(mail.html).links()
    assert "See the report <https://ilo.example/>" in mail.text
