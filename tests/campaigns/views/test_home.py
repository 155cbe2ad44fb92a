"""The home page says who writes, what comes next, and takes a sign-up on the page itself."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from campaigns.models import Campaign, Event
from newsletter.models import Brand
from subscribers.models import FormSubmission, Topic
from tests.campaigns.views.reading import text
from tests.opened_form import opened_form


def test_the_first_page_says_who_what_and_how(client: Client, brand: Brand, sent: Campaign) -> None:
    page = text(client, "/")

    assert brand.name in page
    assert "Quarterly meetings" in page
    assert 'href="/subscribe/"' in page
    assert 'href="/events/quarterly-meeting/"' in page
    assert "You are invited, colleague" in page


def test_who_we_are_stands_there_in_paragraphs_as_staff_wrote_it(
    client: Client, brand: Brand
) -> None:
    Brand.objects.update(about={"en": "We meet.\n\nFour <times> a year."})

    page = client.get("/").content.decode()

    assert "<p>We meet.</p>" in page
    assert "<p>Four &lt;times&gt; a year.</p>" in page


def test_who_we_are_in_another_language_says_so(client: Client, brand: Brand) -> None:
    Brand.objects.update(about={"ar": "نحن"})

    assert '<div class="prose about" lang="ar" dir="rtl">' in client.get("/").content.decode()


@pytest.mark.parametrize("topics", [1, 2])
def test_a_sign_up_on_the_page_itself_is_taken(
    client: Client, brand: Brand, topic: Topic, topics: int
) -> None:
    if topics == 2:
        Topic.objects.create(slug="forums", name="Forums")
    fields = opened_form(client, "/")
    shown = text(client, "/")

    answer = client.post(
        "/subscribe/", {**fields, "email": "eve@example.org", "topics": topic.slug}
    )

    assert answer.status_code == 302
    stored = FormSubmission.objects.get()
    assert (stored.email, stored.topics) == ("eve@example.org", [topic.pk])
    assert stored.words in shown
    assert stored.details["language"] == "en"


def test_a_mistake_on_the_page_itself_is_shown_where_it_can_be_put_right(
    client: Client, brand: Brand, topic: Topic
) -> None:
    answer = client.post("/subscribe/", {**opened_form(client, "/"), "email": "eve@"})

    assert answer.status_code == 422
    assert 'value="eve@"' in answer.content.decode()


def test_each_stamp_is_of_its_own_moment_and_never_the_place_of_one(
    client: Client, brand: Brand, topic: Topic
) -> None:
    stamps = {
        re.search(r'name="stamp" value="([^"]+)"', client.get("/").content.decode())[1]  # type: ignore[index]
        for _ in range(2)
    }

    assert all(":" in stamp and "@" not in stamp for stamp in stamps)


def test_the_next_event_comes_first_and_leaves_when_it_is_over(
    client: Client, brand: Brand, event: Event
) -> None:
    assert "Next event" in text(client, "/")

    Event.objects.update(
        starts_at=timezone.now() - timedelta(days=2), ends_at=timezone.now() - timedelta(days=1)
    )
    page = text(client, "/")
    assert "Next event" not in page
    assert "There are no upcoming events" in page


def test_topics_that_are_not_public_are_not_named(client: Client, other_topic: Topic) -> None:
    Topic.objects.update(is_public=False, name="Confidential circle")

    assert "Confidential circle" not in text(client, "/")


def test_a_change_by_staff_shows_at_once(client: Client, brand: Brand, topic: Topic) -> None:
    assert "Quarterly meetings" in text(client, "/")

    Topic.objects.update(name="Renamed")
    assert "Renamed" in text(client, "/")

    Brand.objects.update(tagline="Another line")
    assert "Another line" in text(client, "/")


def test_the_page_is_small(client: Client, brand: Brand, sent: Campaign) -> None:
    assert len(client.get("/").content) < 40_000


def test_the_operator_is_told_where_to_look_only_with_the_development_inbox(
    client: Client, db: None, settings: Settings
) -> None:
    page = text(client, "/")
    assert 'href="/inbox/"' in page
    assert 'href="/staff/"' in page

    settings.INBOX_ENABLED = False
    page = text(client, "/")
    assert "/inbox/" not in page
    assert "/staff/" not in page
