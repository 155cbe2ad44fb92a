"""A portrait and a picture are chosen where an event is written, and cut where one points to."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.chromium import Complaints
from tests.journeys.running import RunningInstallation
from tests.journeys.test_whole_chain import sign_in

pytestmark = [pytest.mark.journey, pytest.mark.browser]

TURNED = 6
"""The camera was turned by 90 degrees."""
RED, BLUE = (200, 30, 30), (20, 40, 200)


def photo(folder: Path, name: str, size: tuple[int, int], *, turned: bool = False) -> Path:
    """Write a photo whose upper fifth is blue and whose rest is red, once it is upright."""
    image = Image.new("RGB", size, RED)
    image.paste(BLUE, (0, 0, size[0], size[1] // 5))
    exif = image.getexif()
    if turned:
        image = image.transpose(Image.Transpose.ROTATE_90)
        exif[0x0112] = TURNED
    path = folder / name
    image.save(path, "JPEG", exif=exif)
    return path


def upload(page: Page, place: str, file: Path) -> None:
    field = page.locator(".st-field", has=page.locator(place))
    field.locator("input[type=file]").set_input_files(file)
    expect(field.locator("[data-picker-status]")).to_contain_text("Uploaded.")
    expect(page.locator(place)).to_have_value(re.compile("^media:[0-9a-f]{24}$"))


def colour_in_the_middle(page: Page, source: str) -> tuple[int, ...]:
    content = page.request.get(source).body()
    image = Image.open(BytesIO(content)).convert("RGB")
    pixel = image.getpixel((image.width // 2, image.height // 8))
    assert isinstance(pixel, tuple)
    return pixel


def test_a_portrait_and_a_picture_are_uploaded_in_place_and_cut_around_a_point(
    installation: RunningInstallation, page: Page, tmp_path: Path, complaints: Complaints
) -> None:
    sign_in(page, installation)
    page.goto(f"{installation.url}/staff/campaigns/event/")
    page.get_by_role("link", name=re.compile("^Quarterly meeting")).first.click()
    page.get_by_role("link", name="Programme", exact=True).click()
    upload(page, "#id_speaker-0-portrait", photo(tmp_path, "a.jpg", (300, 900), turned=True))
    # An image that was put in can be taken out, and back by its button.
    picker = page.locator(".st-field", has=page.locator("#id_speaker-0-portrait"))
    picker.get_by_role("button", name="Remove image").click()
    expect(page.locator("#id_speaker-0-portrait")).to_have_value("")
    expect(picker.locator("[data-picker-now]")).to_be_hidden()
    upload(page, "#id_speaker-0-portrait", tmp_path / "a.jpg")
    page.get_by_role("button", name="Save programme").click()
    expect(page.get_by_text("Programme saved.")).to_be_visible()

    page.get_by_role("link", name="Details", exact=True).click()
    upload(page, "#picture-image", photo(tmp_path, "b.jpg", (1300, 900)))
    page.get_by_role("button", name="Save event").click()
    expect(page.get_by_role("link", name=re.compile("^Describe the picture"))).to_be_visible()
    # The answer to the form that lacked it.
    complaints.heard = [each for each in complaints.heard if "422" not in each]
    page.locator("#picture-alt").fill("A wall of two colours")
    page.get_by_role("button", name="Save event").click()
    expect(page.get_by_text("Event saved.")).to_be_visible()
    slug = installation.rows(
        "SELECT slug FROM campaigns_event WHERE picture_id IS NOT NULL"
    )[0][0]  # fmt: skip

    public = f"{installation.url}/events/{slug}/"
    page.goto(public)
    portrait = page.locator(".portrait").first
    portrait.scroll_into_view_if_needed()
    name = page.locator(".speaker-name").first.inner_text()
    expect(portrait).to_have_attribute("alt", name)
    size = portrait.evaluate("each => [each.naturalWidth, each.naturalHeight]")
    assert size == [240, 240]
    box = portrait.bounding_box()
    assert box is not None
    assert box["width"] == box["height"]
    source = installation.url + str(portrait.get_attribute("src"))
    red = colour_in_the_middle(page, source)
    assert red[0] > red[2]
    expect(page.locator(".event-picture img")).to_have_attribute("alt", "A wall of two colours")

    # Around a point at the top it is blue there; what was cut before stays for those who hold it.
    page.goto(f"{installation.url}/staff/media/?q=a")
    page.locator(".st-media-grid").get_by_role("link", name="a", exact=True).click()
    page.get_by_label("From the top").fill("0")
    page.get_by_role("button", name="Save image").click()
    expect(page.get_by_text("Image saved.")).to_be_visible()
    page.goto(public)
    other = installation.url + str(page.locator(".portrait").first.get_attribute("src"))
    assert other != source
    blue = colour_in_the_middle(page, other)
    assert blue[2] > blue[0]
    assert page.request.get(source).ok
