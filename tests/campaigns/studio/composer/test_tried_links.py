"""The button that has links tried, beside the checks of the composer and of the review page."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from campaigns.models import Campaign, LinkTrial
from campaigns.review_states import LinkOutcome
from tests.campaigns.studio.page_helpers import page

IN_PAGE = {"HX-Request": "true"}
LINK = "https://conference.test-site.org/programme"


@pytest.fixture
def linked(draft: Campaign) -> Campaign:
    content = draft.contents.get()
    more = [
        {"type": "button", "label": "Programme", "url": LINK},
        {"type": "button", "label": "Room", "url": "https://zoom.us/j/1?pwd=2"},
    ]
    content.blocks = [*content.blocks, *more]
    content.save()
    return draft


def tried(outcome: LinkOutcome, **more: object) -> None:
    asked = timezone.now() - timedelta(minutes=5)
    LinkTrial.objects.update(
        asked_at=asked, tried_at=asked + timedelta(seconds=9), outcome=outcome, **more
    )


def test_reading_tries_nothing(wrens: Client, linked: Campaign) -> None:
    for address in (
        page("review", linked),
        page("content", linked, "en"),
        page("tried_links", linked),
    ):
        html = wrens.get(address).content.decode()
        assert "1 link can be tried." in html
        assert "Open this one yourself:" in html
        assert "Try the links" in html

    assert not LinkTrial.objects.exists()


def test_without_scripts_the_button_leads_back_to_its_page(wrens: Client, linked: Campaign) -> None:
    address = page("tried_links", linked)

    assert wrens.post(address, {"back": "en"}).headers["Location"] == page("content", linked, "en")
    answer = wrens.post(address, {"back": "//evil.example"}, follow=True)

    assert answer.redirect_chain == [(page("review", linked), 302)]
    assert "all were tried a short time ago" in answer.content.decode()
    assert "Trying 1 link …" in answer.content.decode()
    assert [each.url for each in LinkTrial.objects.all()] == [LINK]


def test_in_the_page_it_waits_until_all_are_tried(wrens: Client, linked: Campaign) -> None:
    address = page("tried_links", linked)
    waiting = wrens.post(address, {"back": "en"}, headers=IN_PAGE)
    assert f'hx-get="{address}?back=en"' in waiting.content.decode()
    assert "HX-Trigger-After-Swap" not in waiting.headers

    tried(LinkOutcome.NOT_FOUND, status=404)
    done = wrens.get(f"{address}?back=en", headers=IN_PAGE)

    assert "every 2s" in waiting.content.decode()
    assert "every" not in done.content.decode()
    assert "1 needs a look" in done.content.decode()
    assert done.headers["HX-Trigger-After-Swap"] == "links-tried"
    review = wrens.get(page("review", linked)).content.decode()
    assert "has no page at this address (404)" in review
    assert "Advice:" in review


def test_a_link_that_could_not_be_tried_is_named_and_no_finding(
    wrens: Client, linked: Campaign
) -> None:
    wrens.post(page("tried_links", linked), headers=IN_PAGE)
    tried(LinkOutcome.TURNED_AWAY, status=403)
    html = wrens.get(page("review", linked)).content.decode()

    assert "1 couldn’t be tried." in html
    assert f'href="{LINK}" target="_blank" rel="noopener noreferrer"' in html
    assert "The site turns programs away (403)." in html
    assert "Open these yourself:" in html


def test_an_address_is_listed_once_with_its_languages_and_new_ones_are_counted(
    wrens: Client, linked: Campaign
) -> None:
    wrens.post(page("tried_links", linked), headers=IN_PAGE)
    tried(LinkOutcome.TURNED_AWAY, status=403)
    blocks = [
        {"type": "button", "label": "Programa", "url": f"{LINK}#es"},
        {"type": "button", "label": "Sala", "url": "https://conference.test-site.org/sala"},
    ]
    linked.contents.create(language="es", subject="Hola", blocks=blocks)
    html = wrens.get(page("tried_links", linked)).content.decode()

    assert html.count(f'href="{LINK}"') == 1
    assert "conference.test-site.org/programme</a> (English, Spanish): The site turns" in html
    assert "zoom.us/j/1?…</a> (English): " in html
    assert "1 hasn’t been tried yet." in html


def test_a_link_for_examples_is_said_not_to_be_tried(wrens: Client, draft: Campaign) -> None:
    content = draft.contents.get()
    content.blocks = [{"type": "button", "label": "Go", "url": "https://example.org/go"}]
    content.save()
    html = wrens.get(page("tried_links", draft)).content.decode()

    assert "No saved link can be tried." in html
    assert "such as those for examples" in html


def test_a_worker_that_is_late_is_said(wrens: Client, linked: Campaign) -> None:
    wrens.post(page("tried_links", linked), headers=IN_PAGE)
    LinkTrial.objects.update(asked_at=timezone.now() - timedelta(minutes=4))

    assert "No worker has begun yet." in wrens.get(page("review", linked)).content.decode()


def test_of_a_need_to_know_campaign_there_is_no_button(
    client: Client, wrens: Client, linked: Campaign
) -> None:
    """Whoever isn't granted the topic sees no page at all (tests/architecture)."""
    linked.topic.is_restricted, linked.topic.is_public = True, False
    linked.topic.save()

    assert wrens.post(page("tried_links", linked)).status_code == 404
    assert not LinkTrial.objects.exists()


def test_whoever_may_not_send_tests_can_not_have_links_tried(
    noors: Client, linked: Campaign
) -> None:
    assert noors.post(page("tried_links", linked)).status_code == 403
    assert not LinkTrial.objects.exists()
