from typing import Any

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from campaigns.content.edit_content import save_content
from campaigns.models import Campaign, CampaignVersion
from campaigns.review.approval import approve
from campaigns.sending.pause_cancel_undo import cancel
from campaigns.states import CampaignStatus
from tests.campaigns.studio.page_helpers import form, page

HEADING = {"type": "heading", "text": "Notre prochaine réunion"}


@pytest.fixture(autouse=True)
def languages(settings: Settings) -> None:
    settings.CONTENT_LANGUAGES = ["en", "es", "eo"]


@pytest.fixture
def translated(draft: Campaign) -> Campaign:
    """Written in English and, by mistake, in a language that can't be sent yet."""
    save_content(draft, language="eo", subject="Invito", preheader="", blocks=[HEADING])
    return draft


def written_in(campaign: Campaign) -> set[str]:
    return set(campaign.contents.values_list("language", flat=True))


def seen_on(question: Any) -> dict[str, object]:
    """What the page posts as it is shown."""
    removable = question.context["removable"]
    return {
        "choice": "made",
        "languages": [each.tag for each in removable if each.chosen],
        **{f"seen-{each.tag}": each.seen for each in removable},
    }


def test_several_languages_are_removed_together_and_kept_as_one_version(
    wrens: Client, translated: Campaign
) -> None:
    save_content(translated, language="es", subject="Hola", preheader="", blocks=[HEADING])
    question = wrens.get(page("remove_language", translated, "en"))
    assert [each.chosen for each in question.context["removable"]] == [False, False]

    none = wrens.post(page("remove_language", translated, "en"), {"choice": "made"})
    assert (none.status_code, "Choose at least one" in none.content.decode()) == (422, True)
    both = {**seen_on(question), "languages": ["es", "eo", "en"]}
    answer = wrens.post(page("remove_language", translated, "en"), both, follow=True)

    assert "Spanish and Esperanto versions removed." in answer.content.decode()
    assert written_in(translated) == {"en"}
    [version] = CampaignVersion.objects.all()
    assert version.name == "Before Spanish and Esperanto were removed"
    assert version.contents["es"]["subject"] == "Hola"
    assert version.contents["eo"]["blocks"][0]["text"] == HEADING["text"]


def test_where_one_of_several_was_saved_meanwhile_none_is_removed(
    wrens: Client, translated: Campaign
) -> None:
    save_content(translated, language="es", subject="Hola", preheader="", blocks=[HEADING])
    question = wrens.get(page("remove_language", translated, "en"))
    save_content(translated, language="es", subject="Buenas", preheader="", blocks=[HEADING])
    both = {**seen_on(question), "languages": ["eo", "es"]}
    answer = wrens.post(page("remove_language", translated, "en"), both, follow=True)

    assert "Nothing was removed: the Spanish version changed" in answer.content.decode()
    assert answer.redirect_chain[-1][0] == page("content", translated, "es")
    assert written_in(translated) == {"en", "eo", "es"}


def test_a_saved_translation_can_be_removed_after_a_question(
    wrens: Client, translated: Campaign
) -> None:
    removal = page("remove_language", translated, "eo")
    assert removal in wrens.get(page("content", translated, "eo")).content.decode()

    question = wrens.get(removal)
    assert "You can restore them under Versions" in question.content.decode()
    assert written_in(translated) == {"en", "eo"}

    answer = wrens.post(removal, seen_on(question), follow=True)
    assert "Esperanto version removed." in answer.content.decode()
    assert written_in(translated) == {"en"}

    again = wrens.post(removal, seen_on(question), follow=True)
    assert again.status_code == 200
    assert "there is no Esperanto version any more." in again.content.decode()


def test_a_language_that_stops_a_campaign_no_longer_does_once_it_is_removed(
    wrens: Client, translated: Campaign, followers: object
) -> None:
    assert callable(followers)
    followers(1)
    assert "Esperanto" in str(wrens.get(page("review", translated)).context["findings"])
    wrens.post(page("remove_language", translated, "eo"))
    assert "Esperanto" not in str(wrens.get(page("review", translated)).context["findings"])


@pytest.mark.parametrize(
    ("removed", "others", "said"),
    [
        ("es", ["en", "eo"], "Recipients who chose Spanish then get the English version."),
        (
            "pt-br",
            ["en", "pt"],
            "Recipients who chose Portuguese (Brazil) then get the Portuguese version.",
        ),
        ("pt", ["en", "pt-br"], "Recipients who chose Portuguese then get the English version."),
        ("pt-br", ["pt"], "then get the Portuguese version."),
        ("es", ["eo"], "There is no English version yet."),
        ("es", [], "There is no English version yet."),
    ],
)
def test_the_question_says_which_version_recipients_get_instead(
    wrens: Client,
    draft: Campaign,
    settings: Settings,
    removed: str,
    others: list[str],
    said: str,
) -> None:
    settings.CONTENT_LANGUAGES = ["en", removed, *others]
    for language in (removed, *others):
        save_content(draft, language=language, subject="!", preheader="", blocks=[HEADING])
    draft.contents.exclude(language__in=[removed, *others]).delete()
    question = wrens.get(page("remove_language", draft, removed)).content.decode()
    assert said in question
    assert question.count("version yet") + question.count("then get the") == len(
        written_in(draft) - {draft.language}
    )


@pytest.mark.parametrize(
    ("language", "asked", "posted"), [("en", 200, 404), ("es", 404, 302), ("xx", 404, 302)]
)
def test_the_main_language_and_one_that_is_not_written_have_nothing_to_remove(
    wrens: Client, translated: Campaign, language: str, asked: int, posted: int
) -> None:
    removal = page("remove_language", translated, language)
    assert (wrens.get(removal).status_code, wrens.post(removal).status_code) == (asked, posted)
    assert written_in(translated) == {"en", "eo"}


def test_the_main_language_stays_whatever_is_sent(wrens: Client, translated: Campaign) -> None:
    sent = {"choice": "made", "languages": ["en"]}
    answer = wrens.post(page("remove_language", translated, "eo"), sent)
    assert answer.status_code == 422
    assert written_in(translated) == {"en", "eo"}


def test_only_where_there_is_a_translation_the_page_shows_the_way(
    wrens: Client, translated: Campaign
) -> None:
    for language, leads in (("en", True), ("eo", True), ("es", False)):
        html = wrens.get(page("content", translated, language)).content.decode()
        assert (page("remove_language", translated, language) in html) is leads
    translated.contents.filter(language="eo").delete()
    html = wrens.get(page("content", translated, "en")).content.decode()
    assert page("remove_language", translated, "en") not in html
    assert wrens.get(page("remove_language", translated, "en")).status_code == 404


def test_staff_who_may_not_edit_can_not_remove_a_language(
    lees: Client, noors: Client, translated: Campaign
) -> None:
    for client in (lees, noors):
        assert client.get(page("remove_language", translated, "eo")).status_code == 403
        assert client.post(page("remove_language", translated, "eo")).status_code == 403
    assert written_in(translated) == {"en", "eo"}


def test_what_someone_else_saved_meanwhile_is_not_removed(
    wrens: Client, translated: Campaign
) -> None:
    seen = seen_on(wrens.get(page("remove_language", translated, "eo")))
    wrens.post(page("content", translated, "eo"), form(HEADING, subject="Nova", act="save"))
    answer = wrens.post(page("remove_language", translated, "eo"), seen, follow=True)
    assert "Nothing was removed" in answer.content.decode()
    assert written_in(translated) == {"en", "eo"}


def test_removing_a_language_takes_an_approved_campaign_back_to_draft_and_says_so(
    wrens: Client, draft: Campaign, followers: object
) -> None:
    assert callable(followers)
    followers(1)
    save_content(draft, language="es", subject="Invitación", preheader="", blocks=[HEADING])
    approve(draft, by="Ria")
    answer = wrens.post(page("remove_language", draft, "es"), follow=True)
    draft.refresh_from_db()
    assert draft.status == CampaignStatus.DRAFT
    assert "needs a new approval" in answer.content.decode()


def test_a_cancelled_campaign_keeps_its_languages(wrens: Client, translated: Campaign) -> None:
    cancel(translated.pk)
    answer = wrens.post(page("remove_language", translated, "eo"))
    assert answer["Location"] == page("progress", translated)
    assert written_in(translated) == {"en", "eo"}


def test_a_language_that_can_not_be_sent_yet_is_marked(wrens: Client, draft: Campaign) -> None:
    html = wrens.get(page("content", draft, "en")).content.decode()
    assert "Esperanto (can’t be sent yet)" in html
    assert "Spanish (not started)</a>" in html
    assert "English</a>" in html
