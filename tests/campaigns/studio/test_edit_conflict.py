"""A page asks before it replaces what was saved since it was opened, and only then."""

from collections.abc import Callable
from urllib.parse import quote

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from campaigns.content.edit import save_audience, save_details
from campaigns.content.edit_content import remove_content, save_content
from campaigns.models import Audience, Campaign
from campaigns.sending.pause_cancel_undo import cancel
from tests.campaigns.studio.page_helpers import form, page, replaced_by

HEADING = {"type": "heading", "text": "Our next meeting"}
BLOCKS = [HEADING]


@pytest.fixture(autouse=True)
def languages(settings: Settings) -> None:
    settings.CONTENT_LANGUAGES = ["en", "es"]


def details(campaign: Campaign) -> dict[str, str]:
    return {
        "name": "Renamed",
        "topic": str(campaign.topic_id),
        "event": str(campaign.event_id),
        "language": "en",
        "archive_access": "public",
    }


def write(campaign: Campaign, language: str = "en", subject: str = "Saved elsewhere") -> None:
    save_content(campaign, language=language, subject=subject, preheader="", blocks=BLOCKS)


def opened_page(client: Client, campaign: Campaign, name: str) -> tuple[str, dict[str, str]]:
    """Open a page, and return its address and what is typed there."""
    address = page(name, campaign, *(["en"] if name == "content" else []))
    typed = {
        "details": details(campaign),
        "content": form(HEADING, act="save"),
        "audience": {"countries": "NZ"},
    }[name]
    return address, {**typed, "seen": client.get(address).context["seen"]}


ELSEWHERE: dict[str, Callable[[Campaign], object]] = {
    "details": lambda campaign: save_details(campaign, name="Saved elsewhere"),
    "content": write,
    "translation": lambda campaign: write(campaign, "es"),
    "audience": lambda campaign: save_audience(campaign, countries=["FJ"], languages=[]),
}


@pytest.mark.thorough(sample=3)
@pytest.mark.parametrize("saved", ELSEWHERE)
@pytest.mark.parametrize("opened", ["details", "content", "audience"])
def test_only_a_change_of_the_very_page_is_asked_about(
    wrens: Client, draft: Campaign, opened: str, saved: str
) -> None:
    address, typed = opened_page(wrens, draft, opened)
    ELSEWHERE[saved](draft)

    answer = wrens.post(address, typed)

    assert answer.status_code == (409 if saved == opened else 302)


ONCE_MORE: dict[str, Callable[[Campaign], object]] = {
    "details": lambda campaign: save_details(campaign, name="Saved once more"),
    "content": lambda campaign: write(campaign, subject="Saved once more"),
    "audience": lambda campaign: save_audience(campaign, countries=["TO"], languages=[]),
}


@pytest.mark.parametrize("opened", ONCE_MORE)
def test_a_page_replaces_only_the_version_that_it_told_of(
    wrens: Client, draft: Campaign, opened: str
) -> None:
    address, typed = opened_page(wrens, draft, opened)
    for save in (ELSEWHERE[opened], ONCE_MORE[opened]):
        save(draft)
        answer = wrens.post(address, typed)
        assert answer.status_code == 409
        typed |= replaced_by(answer.content.decode())

    assert wrens.post(address, typed).status_code == 302


def test_a_page_that_is_sent_twice_saves_once_and_does_not_ask(
    wrens: Client, draft: Campaign
) -> None:
    seen = wrens.get(page("details", draft)).context["seen"]
    for _ in range(2):
        answer = wrens.post(page("details", draft), {**details(draft), "seen": seen})
        assert answer.status_code == 302
    draft.refresh_from_db()
    assert draft.name == "Renamed"


def test_a_form_without_a_rule_yet_is_no_old_form(wrens: Client, draft: Campaign) -> None:
    Audience.objects.all().delete()
    seen = wrens.get(page("audience", draft)).context["seen"]
    for country in ("NZ", "FJ"):
        answer = wrens.post(page("audience", draft), {"countries": country, "seen": seen})
        assert answer.status_code == (302 if country == "NZ" else 409)


def test_a_language_that_was_removed_meanwhile_is_told_and_can_be_saved_anew(
    wrens: Client, draft: Campaign
) -> None:
    write(draft, "es")
    address = page("content", draft, "es")
    seen = wrens.get(address).context["seen"]
    remove_content(draft, language="es")
    typed = form(HEADING, subject="Escrito mientras tanto", seen=seen, act="save")

    answer = wrens.post(address, typed)

    html = answer.content.decode()
    assert answer.status_code == 409
    assert "the Spanish version was removed after you opened this page" in html
    assert 'value="Escrito mientras tanto"' in html
    assert "View the saved version" not in html
    assert not draft.contents.filter(language="es").exists()
    wrens.post(address, {**typed, **replaced_by(html)})
    assert draft.contents.get(language="es").subject == "Escrito mientras tanto"


def test_what_was_typed_in_a_language_that_is_offered_no_more_comes_back_with_the_reason(
    wrens: Client, draft: Campaign, settings: Settings
) -> None:
    write(draft, "es")
    address = page("content", draft, "es")
    seen = wrens.get(address).context["seen"]
    remove_content(draft, language="es")
    settings.CONTENT_LANGUAGES = ["en"]

    answer = wrens.post(address, form(HEADING, subject="Escrito", seen=seen, act="save"))

    html = answer.content.decode()
    assert answer.status_code == 422
    assert "The Spanish version was removed" in html
    assert "Copy what you need" in html
    assert 'value="Escrito"' in html
    assert wrens.get(address).status_code == 404


@pytest.mark.parametrize("language", ["xx", "<script>", "x" * 400])
def test_a_language_that_never_was_one_is_answered_in_words(
    wrens: Client, draft: Campaign, language: str
) -> None:
    address = page("content", draft, "en").replace("/en/", f"/{quote(language)}/")
    for method, status in (("get", 404), ("post", 422)):
        answer = getattr(wrens, method)(address, form(HEADING, act="save"))
        assert answer.status_code == status
        assert "<script>" not in answer.content.decode().partition("<h1>")[2]


@pytest.mark.parametrize("step", ["details", "content", "remove_language"])
def test_a_page_whose_campaign_was_cancelled_meanwhile_says_that_nothing_was_saved(
    wrens: Client, draft: Campaign, step: str
) -> None:
    write(draft, "es")
    typed = {
        "details": details(draft),
        "content": form(HEADING, act="save"),
        "remove_language": {},
    }[step]
    cancel(draft.pk)

    arguments = [] if step == "details" else ["es"]
    answer = wrens.post(page(step, draft, *arguments), typed, follow=True)

    assert answer.redirect_chain[0] == (page("progress", draft), 302)
    said = " ".join(str(each) for each in answer.context["messages"])
    assert "Nothing was" in said
