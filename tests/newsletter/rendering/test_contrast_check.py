import pytest

from newsletter.models import Brand
from newsletter.rendering.blocks.clean import clean_blocks
from newsletter.rendering.contrast_check import inverted, low_contrasts
from newsletter.rendering.email import Email, render_email


def pairs(html: str) -> list[tuple[str, str, bool]]:
    return [(each.text, each.ground, each.is_inverted) for each in low_contrasts(html)]


def test_pale_text_is_found_on_the_ground_that_it_stands_on() -> None:
    html = (
        '<table bgcolor="#fff"><tr><td style="color:#999">Pale</td></tr></table>'
        '<div style="background:#1f3a5f;color:#ffffff"><p>Fine</p></div>'
        '<div style="background-color:#1F3A5F"><b style="color:#556">Dark on dark</b></div>'
        '<div style="display:none;color:#fff">Hidden</div><style>p { color: #fff }</style>'
    )

    assert pairs(html) == [("#999999", "#ffffff", False), ("#555566", "#1f3a5f", False)]


def test_large_text_needs_less() -> None:
    assert pairs('<h1 style="color:#858585;font-size:28px">Large</h1>') == []
    assert pairs('<p style="color:#858585;font-size:16px">Small</p>') != []
    assert pairs('<p style="color:#858585;font-size:19px;font-weight:bold">Bold</p>') == []


def test_a_colour_that_inverting_leaves_dark_is_found() -> None:
    # Pure blue is as light as its inverse.
    assert inverted("#0000ff") == "#0000ff"
    assert pairs('<a style="color:#0000ff">Link</a>') == [("#0000ff", "#ffffff", True)]


@pytest.mark.parametrize("colour", ["#1f3a5f", "#7a1f2b", "#00695c", "#8a5a00", "#4a148c", ""])
def test_emails_of_ordinary_brands_are_readable_in_light_and_inverted(colour: str) -> None:
    email = Email(
        subject="Forum",
        blocks=clean_blocks(
            [
                {"type": "heading", "text": "Forum"},
                {"type": "rich_text", "html": '<p>A <a href="https://un.org/">link</a></p>'},
                {"type": "button", "label": "Answer", "url": "https://un.org/"},
                {"type": "quotation", "text": "Words", "source": "Ada"},
                {"type": "figure", "figure": "49", "text": "million", "source": "ILO"},
                {"type": "footnote", "html": "<p>Small</p>"},
            ]
        ),
    )
    rendered = render_email(email, brand=Brand(name="Taskforce", colour=colour))

    assert pairs(rendered.html) == []


def test_hostile_html_is_read_without_an_error() -> None:
    assert (
        pairs('</p></td><p style="color:#;font-size:px"><b>x</i></b><p style="color:red">y') == []
    )
