"""An email whose images are off, as many programs show it first."""

import re

from tests.newsletter.rendering.test_mail_programs import with_every_part
from tests.samples import BRAND

ACCENT = "#1f3a5f"
"""The colour of a brand that has no other."""


def last_rule(css: str, selector: str) -> str:
    """Return the declarations of the last rule for a selector, which win over those before."""
    rules: list[tuple[str, str]] = re.findall(r"([^{}]+)\{([^{}]*)\}", css)
    return [said for selectors, said in rules if selector in selectors.strip().split(", ")][-1]


def test_the_name_of_the_brand_can_be_read_in_place_of_the_logo() -> None:
    html = with_every_part("en")
    css = "".join(re.findall(r"<style[^>]*>(.*?)</style>", html, re.DOTALL))
    light, dark = css.split("@media (prefers-color-scheme: dark)", 1)

    assert f'alt="{BRAND["name"]}"' in html
    assert f"line-height: 24px; color: {ACCENT}" in last_rule(light, ".logo img")
    # In the dark, a logo lies on white, and so does its name.
    on_white = last_rule(dark, ".logo img")
    assert "background: #ffffff !important" in on_white
    assert f"color: {ACCENT} !important" in on_white
    assert dark.index(".logo img {") > dark.index(".image img {")
