"""The divider block."""

from newsletter.models import Brand
from tests.newsletter.rendering.sample_emails import rendered

GOOD = [{"type": "divider"}]

FAULTS = [({"type": "divider", "colour": "red"}, "colour", "no such field")]


def test_a_divider_is_in_both_parts(brand: Brand) -> None:
    mail = rendered(brand, {"type": "divider"})
    assert "border-top" in mail.html
    assert "\n* * *\n" in mail.text
