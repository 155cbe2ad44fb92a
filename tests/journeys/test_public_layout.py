"""Where parts of public pages stand, whatever the language makes of their length and direction."""

import pytest
from playwright.sync_api import Page

from config.env import BASE_DIR

STYLES = (BASE_DIR / "static" / "convene.css").read_text(encoding="utf-8")
LONG = "Țară sau organism, după cum îl numesc membrii săi"

pytestmark = pytest.mark.browser


def show(page: Page, body: str, *, direction: str = "ltr") -> None:
    page.set_content(
        f'<!doctype html><html dir="{direction}"><style>{STYLES}</style><body>{body}</body></html>'
    )


def field(label: str, *, help_text: str = "", error: str = "", name: str) -> str:
    above = f'<p class="field-help">{help_text}</p>' if help_text else ""
    below = f'<p class="field-error">{error}</p>' if error else ""
    return (
        f'<div class="field"><label for="{name}">{label}</label>{above}'
        f'<select id="{name}"></select>{below}</div>'
    )


@pytest.mark.parametrize(
    ("help_text", "error"), [("", ""), ("One", ""), ("", "Select one of these."), ("A", "B")]
)
def test_fields_beside_each_other_are_level(page: Page, help_text: str, error: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    first = field(LONG, help_text=help_text, error=error, name="first")
    row = f'<div class="field-row">{first}{field("Limba", name="second")}</div>'
    show(page, f'<div style="width: 30rem">{row}<p id="after">After</p></div>')
    boxes = [page.locator(f"#{name}").bounding_box() for name in ("first", "second", "after")]
    left, right, after = [box for box in boxes if box]
    assert left["x"] < right["x"]
    assert (left["y"], left["height"]) == (right["y"], right["height"])
    assert after["y"] >= left["y"] + left["height"] + 16


def test_fields_below_each_other_stand_apart(page: Page) -> None:
    row = f'<div class="field-row">{field(LONG, name="first")}{field("Limba", name="second")}</div>'
    show(page, f'<div style="width: 20rem">{row}</div>')
    upper, label = page.locator("#first").bounding_box(), page.locator("label").last.bounding_box()
    assert upper
    assert label
    assert 16 <= label["y"] - upper["y"] - upper["height"] <= 32


@pytest.mark.parametrize(("direction", "text"), [("rtl", "12 High Street"), ("ltr", "شارع 12")])
def test_the_postal_address_is_on_the_side_of_the_page(
    page: Page, direction: str, text: str
) -> None:
    show(page, f'<address class="site-address" dir="auto">{text}</address>', direction=direction)
    sides = page.evaluate(
        """() => {
          const range = document.createRange();
          range.selectNodeContents(document.querySelector(".site-address"));
          const [words, box] = [range, document.body].map((each) => each.getBoundingClientRect());
          return [words.left - box.left, box.right - words.right];
        }"""
    )
    assert (sides[0] > sides[1]) is (direction == "rtl")
