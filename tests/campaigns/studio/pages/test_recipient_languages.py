"""The languages on the review and send pages: who gets which, and accepting a fallback."""

import re
from itertools import product

import pytest
from django.test import Client
from django.utils.html import strip_tags

from campaigns.content.edit import save_audience
from campaigns.content.fingerprint import fingerprint
from campaigns.content.translations.start import start_from_source
from campaigns.models import Campaign, Event
from campaigns.review.approval import approve
from campaigns.studio.audience import estimates
from newsletter.models import AuditEntry
from staff.roles import LIST_MANAGER, PUBLISHER
from tests.campaigns.content.translations.conftest import english, spanish
from tests.campaigns.studio.page_helpers import page
from tests.conftest import MakeSubscriber
from tests.staff_members import browser_of, staff_member

HEADING = {"id": "aa", "type": "heading", "text": "Our next meeting"}


@pytest.fixture
def campaign(draft: Campaign, event: Event, make_subscriber: MakeSubscriber) -> Campaign:
    """Complete in English and Spanish: ten readers of one, six of the other, seven of neither."""
    english(draft, HEADING, subject="You are invited", preheader="Online")
    start_from_source(draft, language="es")
    spanish(
        draft, subject="Invitación", preheader="En línea", blocks=[{**HEADING, "text": "Reunión"}]
    )
    for language, number in (("en", 10), ("es", 6), ("fr", 5), ("ro", 2)):
        for each in range(number):
            make_subscriber(f"{language}{each}@example.com", topic=draft.topic, language=language)
    draft.refresh_from_db()
    return draft


def card(browser: Client, name: str, campaign: Campaign) -> str:
    """Return the words of the card."""
    html = browser.get(page(name, campaign)).content.decode()
    found = re.search(r'<section[^>]*aria-labelledby="languages".*?</section>', html, re.S)
    return " ".join(strip_tags(found[0]).split()) if found else ""


@pytest.mark.parametrize("name", ["review", "launch"])
def test_both_pages_say_how_many_get_which_version(
    lees: Client, campaign: Campaign, name: str
) -> None:
    words = card(lees, name, campaign)
    assert "English : 17 people" in words.replace("English:", "English :")
    assert "Spanish : 6 people" in words.replace("Spanish:", "Spanish :")
    assert "Also for people who read French and other languages" in words
    assert "Romanian" not in words


def test_a_campaign_in_one_language_has_no_such_card(lees: Client, draft: Campaign) -> None:
    assert card(lees, "review", draft) == ""


def test_small_groups_are_told_to_those_alone_who_see_their_people(
    client: Client, lees: Client, campaign: Campaign, make_subscriber: MakeSubscriber
) -> None:
    sams = browser_of(staff_member("reader", LIST_MANAGER, PUBLISHER))
    assert "Also for people who read French, Romanian" in card(sams, "review", campaign)
    start_from_source(campaign, language="ro")
    assert "few people" in card(lees, "review", campaign)
    assert "2 people" not in card(lees, "review", campaign)
    assert "2 people" in card(sams, "review", campaign)


def without_dates(words: str) -> str:
    """Leave out days and times: the event lies a fortnight ahead of whatever day it is."""
    return re.sub(r"\b\d{1,2} [A-Z][a-z]+ \d{4}|\b\d{1,2}:\d\d\b", "", words)


def narrowed(campaign: Campaign) -> None:
    """Give it conditions that all of its readers meet."""
    reads = {"kind": "language", "languages": ["en", "es", "fr", "ro"]}
    tree = {"match": "all", "conditions": [reads], "except": []}
    save_audience(campaign, countries=[], languages=[], conditions=tree)


@pytest.mark.parametrize("name", ["review", "launch"])
def test_an_audience_with_conditions_has_rounded_numbers_on_both_pages(
    lees: Client, campaign: Campaign, name: str
) -> None:
    narrowed(campaign)
    words = card(lees, name, campaign)
    assert "English : about 10 people" in words.replace("English:", "English :")
    assert "Spanish : fewer than 10 people" in words.replace("Spanish:", "Spanish :")
    assert "French" not in words  # five people
    whole = " ".join(strip_tags(lees.get(page(name, campaign)).content.decode()).split())
    assert "About 20 people w" in whole
    assert not re.search(r"\b(17|23)\b", without_dates(whole))
    sams = browser_of(staff_member("reader", LIST_MANAGER, PUBLISHER))
    assert "17 people" in card(sams, name, campaign)
    whole = " ".join(strip_tags(sams.get(page(name, campaign)).content.decode()).split())
    assert "23 people w" in whole


def test_numbers_that_come_later_are_rounded_too(
    lees: Client, wrens: Client, campaign: Campaign
) -> None:
    narrowed(campaign)
    for browser, name in product((lees, wrens), ("launch_numbers", "recipient_languages")):
        words = " ".join(strip_tags(browser.get(page(name, campaign)).content.decode()).split())
        assert "bout " in words
        assert not re.search(r"\b(6|17|23)\b", without_dates(words))


@pytest.fixture
def stale(campaign: Campaign) -> Campaign:
    english(campaign, {**HEADING, "text": "Another meeting"})
    campaign.refresh_from_db()
    return campaign


def fields(campaign: Campaign, **other: str) -> dict[str, str]:
    return {"fingerprint": fingerprint(campaign), "languages": "es", "page": "review", **other}


def test_a_publisher_accepts_and_the_campaign_can_be_approved_and_sent(
    lees: Client, stale: Campaign
) -> None:
    words = card(lees, "review", stale)
    assert "1 to do" in words
    assert "Recipients of the Spanish version get the English version" in words
    answer = lees.post(page("accept_fallback", stale), fields(stale), follow=True)
    assert "Accepted." in answer.content.decode()
    assert "6 people, who get the English version" in card(lees, "review", stale)
    assert AuditEntry.objects.filter(action="campaign.fallback_accepted").count() == 1
    lees.post(page("accept_fallback", stale), fields(stale))
    assert AuditEntry.objects.filter(action="campaign.fallback_accepted").count() == 1
    stale.refresh_from_db()
    approve(stale, by="Ria")
    answer = lees.post(page("launch", stale), {"fingerprint": fingerprint(stale), "when": "now"})
    assert answer["Location"] == page("progress", stale)


@pytest.mark.parametrize("other", [{"fingerprint": "old"}, {"languages": "fr"}, {"languages": ""}])
def test_an_old_page_accepts_nothing(lees: Client, stale: Campaign, other: dict[str, str]) -> None:
    answer = lees.post(page("accept_fallback", stale), fields(stale, **other), follow=True)
    assert "Nothing was accepted." in answer.content.decode()
    stale.refresh_from_db()
    assert not stale.fallback_accepted


def test_an_author_sees_what_is_missing_and_accepts_nothing(wrens: Client, stale: Campaign) -> None:
    assert "ask somebody who may send campaigns" in card(wrens, "review", stale)
    assert wrens.post(page("accept_fallback", stale), fields(stale)).status_code == 403


def test_findings_lead_to_the_text_that_they_are_about(wrens: Client, stale: Campaign) -> None:
    english(stale, {**HEADING, "text": "Another meeting"}, {**HEADING, "id": "bb"})
    found = wrens.get(page("review", stale)).context["findings"]
    urls = {each.url for each in found if each.place.startswith("Spanish")}
    content = page("content", stale, "es")
    assert {f"{content}#block-aa", f"{content}#source-of-block-bb"} <= urls


def test_the_review_page_of_a_long_list_asks_for_the_numbers_later(
    lees: Client, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(estimates, "COUNTED_AT_ONCE", 3)
    assert "counting…" in card(lees, "review", campaign)
    later = page("recipient_languages", campaign)
    assert later in lees.get(page("review", campaign)).content.decode()
    assert "6 people" in lees.get(later).content.decode()
