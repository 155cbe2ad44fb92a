"""An image that need-to-know topics alone use is neither offered nor shown to anybody else."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from campaigns.content.hidden_images import visible_images
from campaigns.events.picture_uses import hiding_event
from campaigns.events.pictures import PICTURE, PORTRAIT
from campaigns.events.schedule import change_event
from campaigns.models import Campaign, Event
from campaigns.studio.media.picker import ImageField, image_asked_for
from newsletter.media.image_use import reference_to
from newsletter.media_library.add_image import add_image
from newsletter.media_library.change_image import change_image
from newsletter.media_library.cut_image import cut_image
from newsletter.media_library.where_used import uses_of
from newsletter.models import AuditEntry, Brand, MediaImage
from subscribers.models import Topic, TopicGrant
from tests.campaigns.events.test_programme import ANA
from tests.newsletter.media.pictures import picture

TITLE = "Wolpertinger"


@pytest.fixture
def image(db: None) -> MediaImage:
    image = add_image(picture(size=(900, 600)), name=f"{TITLE}.jpg").image
    cut_image(image, PORTRAIT)
    cut_image(image, PICTURE)
    return image


@pytest.fixture
def secret(topic: Topic) -> Topic:
    topic.is_restricted, topic.is_public = True, False
    topic.save()
    return topic


def grant(topic: Topic, account: User) -> None:
    until = timezone.now() + timedelta(days=1)
    TopicGrant.objects.create(topic=topic, account=account, until=until, granted_by="sam")


def known_to(account: User) -> list[MediaImage]:
    return list(visible_images(User.objects.get(pk=account.pk)))


@pytest.mark.thorough(sample=2)
@pytest.mark.parametrize("place", ["picture", "portrait"])
@pytest.mark.parametrize("own_topic", [True, False])
def test_an_image_of_a_hidden_event_is_known_to_whoever_is_granted_its_topic(
    sam: User, draft: Campaign, event: Event, secret: Topic, image: MediaImage, place: str,
    own_topic: bool,
) -> None:  # fmt: skip
    assert known_to(sam) == [image]
    if place == "picture":
        change_event(event, picture=image, picture_alt=TITLE)
    else:
        change_event(event, speakers=[{**ANA, "portrait": reference_to(image.key)}])
    # Without a topic of its own it is known by its campaigns.
    change_event(event, is_public=False, topic=secret if own_topic else None)
    assert hiding_event(event) == {secret.pk}
    assert known_to(sam) == []
    grant(secret, sam)
    assert known_to(sam) == [image]


def test_one_place_that_all_may_know_of_is_enough(
    sam: User, event: Event, secret: Topic, image: MediaImage, brand: Brand
) -> None:
    change_event(event, topic=secret, picture=image, picture_alt=TITLE)
    assert known_to(sam) == []
    Brand.objects.update(logo=image)
    assert known_to(sam) == [image]


def test_no_page_offers_it_or_tells_of_it(
    sams: Client, sam: User, brand: Brand, event: Event, secret: Topic, image: MediaImage
) -> None:
    other = Event.objects.create(
        slug="other", title="Other", local_start=event.local_start, local_end=event.local_end,
        time_zone="UTC", starts_at=event.starts_at, ends_at=event.ends_at,
    )  # fmt: skip
    pages = [
        reverse("media_library"),
        reverse("admin:studio_event_programme", args=[other.pk]),
        reverse("admin:studio_event_details", args=[other.pk]),
        reverse("admin:newsletter_brand_change", args=[1]),
    ]
    assert all(TITLE in sams.get(page).content.decode() for page in pages)
    change_event(event, topic=secret, picture=image, picture_alt=TITLE)
    for page in pages:
        html = sams.get(page).content.decode()
        assert TITLE not in html, page
        assert image.key not in html, page
    preview = reverse("admin:newsletter_brand_preview")
    sample = sams.post(preview, {"name": "Body", "colour": "#123456", "logo": image.pk})
    assert image.key not in sample.content.decode()
    assert sams.get(reverse("media_image", args=[image.pk])).status_code == 404
    grant(secret, sam)
    assert TITLE in sams.get(reverse("media_library")).content.decode()
    html = sams.get(reverse("media_image", args=[image.pk])).content.decode()
    assert f"Picture of the event “{event.title}”" in html


def test_the_page_of_an_image_tells_nothing_of_places_that_are_hidden(
    sams: Client, sam: User, event: Event, secret: Topic, image: MediaImage, brand: Brand
) -> None:
    Brand.objects.update(logo=image)
    address = reverse("media_image", args=[image.pk])

    def used() -> str:
        html = sams.get(address).content.decode()
        return html.partition("Where it is used")[2].partition("</section>")[0]

    alone = used()
    change_event(event, topic=secret, picture=image, picture_alt=TITLE)
    assert used() == alone
    grant(secret, sam)
    assert f"Picture of the event “{event.title}”" in used()


def test_it_is_chosen_by_nobody_else_whatever_key_they_send(
    sam: User, event: Event, secret: Topic, image: MediaImage
) -> None:
    change_event(event, topic=secret, picture=image, picture_alt=TITLE)
    asked = f"picture:speaker-0:{image.key}"
    field = ImageField(shape=PICTURE)
    field.account = sam
    assert image_asked_for(asked, {"speaker-0"}, sam) is None
    with pytest.raises(ValidationError, match="no image of the library"):
        field.clean(reference_to(image.key))
    grant(secret, sam)
    field.account = User.objects.get(pk=sam.pk)
    assert image_asked_for(asked, {"speaker-0"}, field.account) == ("speaker-0", image)
    assert field.clean(reference_to(image.key)) == image


def test_its_changes_are_recorded_with_the_topic(
    event: Event, secret: Topic, image: MediaImage
) -> None:
    change_event(event, topic=secret, picture=image, picture_alt=TITLE)
    change_image(image, title="Another title")
    assert AuditEntry.objects.get(action="media.changed").topic_id == secret.pk


def test_the_library_asks_no_more_for_each_hidden_event(
    sams: Client, event: Event, secret: Topic, image: MediaImage,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    def hide(number: int) -> None:
        for each in range(number):
            speakers = [{**ANA, "portrait": reference_to(image.key)}]
            moments = {"local_start": event.local_start, "local_end": event.local_end}
            Event.objects.create(
                slug=f"{number}-{each}", title="Secret", topic=secret, picture=image,
                starts_at=event.starts_at, ends_at=event.ends_at, time_zone="UTC",
                speakers=speakers, **moments,
            )  # fmt: skip

    hide(1)
    with CaptureQueriesContext(connection) as one:
        assert image.key not in sams.get(reverse("media_library")).content.decode()
    hide(9)
    with django_assert_max_num_queries(len(one)):
        assert image.key not in sams.get(reverse("media_library")).content.decode()


def test_images_are_found_whose_number_is_large(
    draft: Campaign, event: Event, image: MediaImage
) -> None:
    content = draft.contents.get()
    content.blocks = [{"type": "image", "url": reference_to(image.key), "alt": "A"}]
    content.save()
    change_event(event, speakers=[{**ANA, "portrait": reference_to(image.key)}])
    keys = [f"{number:024x}" for number in range(2000)]
    assert uses_of(keys) == []
    assert {each.key for each in uses_of([*keys, image.key])} == {image.key}
    assert len(uses_of([*keys, image.key])) == len(uses_of([image.key])) == 2
