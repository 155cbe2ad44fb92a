"""An upload from a block of a need-to-know campaign doesn't tell the name of its file."""

import json
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from playwright.sync_api import Page, Route, expect

from newsletter.media_library.add_image import title_from
from tests.browser.chromium import chromium, complaints, page, playwright, window
from tests.newsletter.media.pictures import picture

__all__ = ["chromium", "complaints", "page", "playwright", "window"]

pytestmark = pytest.mark.browser

SITE = "http://staff.test/"
FORM = """<form><input name="csrfmiddlewaretoken" value="x"><div class="st-block">
<div class="st-field"><input class="st-input" id="b0-url"><div data-picker>
<p data-picker-now hidden><img alt="" data-picker-thumb><span data-picker-title></span></p>
<p data-picker-upload><input type="file" data-upload-to="/upload" {more}></p>
<p data-picker-status></p></div></div></div></form>"""


@pytest.mark.parametrize(
    ("more", "name"), [('data-upload-as="Image"', "Image"), ("", "secret_talks.jpg")]
)
def test_the_name_of_a_file_stays_where_it_could_tell_of_a_topic(
    page: Page, tmp_path: Path, more: str, name: str
) -> None:
    bodies: list[bytes] = []

    def answer(route: Route) -> None:
        if route.request.method == "POST":
            bodies.append(route.request.post_data_buffer or b"")
            said = {"reference": "media:0", "thumbnail": "data:,", "title": "T", "alt": "A"}
            route.fulfill(body=json.dumps(said), content_type="application/json")
        elif route.request.url.endswith("media.js"):
            route.fulfill(path=str(finders.find("staff/media.js")))
        else:
            html = f'<!doctype html><script src="media.js" defer></script>{FORM}'
            route.fulfill(body=html.replace("{more}", more), content_type="text/html")

    file = tmp_path / "secret_talks.jpg"
    file.write_bytes(picture())
    page.route("**/*", answer)
    page.goto(SITE)
    page.locator("input[type=file]").set_input_files(file)
    expect(page.locator("#b0-url")).to_have_value("media:0")

    [body] = bodies
    assert f'filename="{name}"'.encode() in body
    assert (b"secret" in body) is (name != "Image")
    assert title_from("Image") == "Image"
