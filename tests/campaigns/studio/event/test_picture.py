"""The form of an event, with its picture."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.models import Event
from newsletter.media.image_use import reference_to
from newsletter.media_library.add_image import add_image
from newsletter.models import MediaImage
from tests.newsletter.media.pictures import picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def image() -> MediaImage:
    return add_image(picture(size=(1200, 900)), name="hall.jpg").image


@pytest.fixture
def page(event: Event) -> str:
    return reverse("admin:studio_event_details", args=[event.pk])


def typed(event: Event, **fields: Any) -> dict[str, Any]:
    return {
        "title": event.title,
        "kind": event.kind,
        "local_start": f"{event.local_start:%Y-%m-%dT%H:%M}",
        "local_end": f"{event.local_end:%Y-%m-%dT%H:%M}",
        "time_zone": event.time_zone,
        "attendance": event.attendance,
        "join_url": event.join_url,
        "is_public": "on",
        **fields,
    }


def test_a_picture_is_chosen_without_a_script_with_its_description(
    sams: Client, event: Event, page: str, image: MediaImage
) -> None:
    image.alt = "Rows of seats"
    image.save()
    fields = typed(event, act=f"picture:picture:{image.key}", summary="Typed")
    html = sams.post(page, fields).content.decode()
    for value in (reference_to(image.key), "Rows of seats"):
        assert f'value="{value}"' in html
    assert "Typed" in html
    event.refresh_from_db()
    assert event.picture is None


def test_a_picture_is_kept_and_cut_and_taken_away(
    sams: Client, event: Event, page: str, image: MediaImage
) -> None:
    fields = typed(event, picture=reference_to(image.key), picture_alt="Rows of seats")
    assert sams.post(page, fields).status_code == 302
    event.refresh_from_db()
    image.refresh_from_db()
    assert (event.picture, event.picture_alt) == (image, "Rows of seats")
    assert [crop[0] for crop in image.crops] == ["wide"]
    html = sams.get(page).content.decode()
    assert f'value="{reference_to(image.key)}"' in html
    assert '<option value="no" selected>' in html

    decoration = typed(event, picture=reference_to(image.key), picture_is_decorative="yes")
    assert sams.post(page, decoration).status_code == 302
    event.refresh_from_db()
    assert event.picture_is_decorative
    assert '<option value="yes" selected>' in sams.get(page).content.decode()

    assert sams.post(page, typed(event, picture="")).status_code == 302
    event.refresh_from_db()
    assert (event.picture, event.picture_is_decorative) == (None, False)


def test_a_picture_must_be_described_and_large_enough(
    sams: Client, event: Event, page: str, image: MediaImage
) -> None:
    answer = sams.post(page, typed(event, picture=reference_to(image.key)))
    assert answer.status_code == 422
    html = answer.content.decode()
    assert 'href="#picture-alt"' in html
    assert "mark it as decoration" in html

    small = add_image(picture(size=(1200, 90)), name="strip.jpg").image
    answer = sams.post(page, typed(event, picture=reference_to(small.key), picture_alt="x"))
    assert "this one has 171 × 90 pixels" in answer.content.decode()
    event.refresh_from_db()
    assert event.picture is None
