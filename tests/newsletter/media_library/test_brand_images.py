"""Logo and header image of the brand come from the library, and stay as long as they are shown."""

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from newsletter.media.image_files import names_of, path_of_file
from newsletter.media_library.add_image import add_image
from newsletter.media_library.change_image import ImageInUse, delete_image
from newsletter.media_library.where_used import uses_of
from newsletter.models import Brand, MediaImage
from newsletter.rendering.layout import render_layout
from tests.newsletter.media.pictures import picture
from tests.newsletter.rendering.sample_emails import Page, rendered
from tests.opened_form import opened_form

PATH = "/staff/newsletter/brand/1/change/"


def images_of(html: str) -> list[dict[str, str]]:
    return [attributes for tag, attributes in Page(html).tags if tag == "img"]


@pytest.fixture
def logo(brand: Brand) -> MediaImage:
    return add_image(picture("PNG", size=(900, 300)), name="logo.png").image


def test_staff_choose_them_on_the_page_of_the_brand(
    sams: Client, brand: Brand, logo: MediaImage
) -> None:
    answer = sams.post(PATH, {**opened_form(sams, PATH), "logo": str(logo.pk)})
    assert answer.status_code == 302
    brand.refresh_from_db()
    assert brand.logo == logo
    assert brand.header_image is None


def test_a_header_image_is_as_wide_as_an_email(
    sams: Client, brand: Brand, logo: MediaImage
) -> None:
    narrow = add_image(picture("PNG", size=(599, 100)), name="narrow.png").image
    for image, status in ((narrow, 200), (logo, 302)):
        typed = {**opened_form(sams, PATH), "header_image": str(image.pk)}
        answer = sams.post(PATH, typed)
        assert answer.status_code == status
    brand.refresh_from_db()
    assert brand.header_image == logo


def test_the_logo_takes_the_place_of_the_name_which_is_its_text(
    brand: Brand, logo: MediaImage, settings: Settings
) -> None:
    settings.SITE_URL = "https://lists.example.org"
    brand.logo = logo
    mail = rendered(brand, {"type": "heading", "text": "Hello"})
    [image] = images_of(mail.html)
    assert image["src"] == f"https://lists.example.org{path_of_file(names_of(logo)[1])}"
    assert (image["width"], image["alt"]) == ("240", brand.name)
    assert mail.text.startswith(f"[{brand.name}]")


def test_the_header_image_is_in_campaigns_alone(brand: Brand, logo: MediaImage) -> None:
    brand.header_image = logo
    [image] = images_of(rendered(brand, {"type": "heading", "text": "Hello"}).html)
    assert (image["width"], image["alt"]) == ("600", "")
    notice = render_layout(
        "emails/erased/body.mjml", {}, subject="Erased", brand=brand, language="en"
    )
    assert images_of(notice.html) == []


def test_an_image_that_the_brand_shows_is_not_deleted(
    sams: Client, brand: Brand, logo: MediaImage
) -> None:
    brand.logo = logo
    brand.save()
    [use] = uses_of([logo.key])
    assert sams.get(use.url).status_code == 200
    with pytest.raises(ImageInUse):
        delete_image(logo)
