"""The pages of a campaign's versions."""

import re

import pytest
from django.test import Client

from campaigns.content.edit_content import save_content
from campaigns.content.versions import name_version
from campaigns.models import Campaign, CampaignVersion
from campaigns.states import VersionReason
from tests.campaigns.studio.page_helpers import form, page, replaced_by


def write(campaign: Campaign, subject: str) -> None:
    blocks = [{"id": "b0", "type": "heading", "text": "Words"}]
    save_content(campaign, language="en", subject=subject, preheader="", blocks=blocks)


def test_a_version_is_named_listed_compared_and_restored(wrens: Client, draft: Campaign) -> None:
    write(draft, "The first subject")
    answer = wrens.post(page("versions", draft), {"name": "First"}, follow=True)
    assert "Version “First” is kept." in answer.content.decode()
    write(draft, "The second subject")

    version = CampaignVersion.objects.get()
    url = page("version", draft, str(version.pk), "en")
    assert url in wrens.get(page("versions", draft)).content.decode()
    html = wrens.get(url).content.decode()
    assert "first </del>" in re.sub(r'<span class="st-visually-hidden".*?</span>', "", html)
    seen = re.findall(r'name="seen" value="(\w+)"', html)[0]

    answer = wrens.post(url, {"seen": seen}, follow=True)
    assert "The English version is restored." in answer.content.decode()
    assert draft.contents.get(language="en").subject == "The first subject"


def test_a_name_that_cannot_be_taken_is_answered_beside_the_field(
    wrens: Client, draft: Campaign
) -> None:
    answer = wrens.post(page("versions", draft), {"name": "x" * 81})
    assert answer.status_code == 422
    assert 'aria-describedby="name-error"' in answer.content.decode()


def test_an_old_page_restores_nothing_and_says_so(wrens: Client, draft: Campaign) -> None:
    version = name_version(draft, "First")
    url = page("version", draft, str(version.pk), "en")
    write(draft, "Another")
    html = wrens.post(url, {"seen": "0" * 64}, follow=True).content.decode()
    assert "Nothing was restored: the content was saved again" in html
    assert draft.contents.get(language="en").subject == "Another"


@pytest.mark.parametrize("language", ["es", "xx", "en\x00"])
def test_a_language_that_a_version_lacks_is_no_page(
    wrens: Client, draft: Campaign, language: str
) -> None:
    version = name_version(draft, "First")
    assert wrens.get(page("version", draft, str(version.pk), language)).status_code == 404


def test_a_version_is_no_page_of_another_campaign(
    wrens: Client, draft: Campaign, approved: Campaign
) -> None:
    other = Campaign.objects.create(name="Other", topic=draft.topic)
    version = name_version(draft, "First")
    assert wrens.get(page("version", other, str(version.pk), "en")).status_code == 404


def test_what_a_form_replaces_against_its_warning_is_kept(wrens: Client, draft: Campaign) -> None:
    typed = form({"type": "heading", "text": "Mine"}, subject="Mine", act="save", seen="0" * 64)
    html = wrens.post(page("content", draft, "en"), typed).content.decode()
    wrens.post(page("content", draft, "en"), {**typed, **replaced_by(html)})

    assert draft.contents.get(language="en").subject == "Mine"
    [kept] = CampaignVersion.objects.filter(campaign=draft)
    assert kept.reason == VersionReason.REPLACED
    assert kept.contents["en"]["subject"] == "You are invited, {given_name|colleague}"


def test_whoever_may_only_read_sees_differences_and_no_button(
    lees: Client, draft: Campaign
) -> None:
    version = name_version(draft, "First")
    write(draft, "Another")
    html = lees.get(page("version", draft, str(version.pk), "en")).content.decode()
    assert "Subject: changed" in html
    assert "Restore the" not in html
    assert 'name="name"' not in lees.get(page("versions", draft)).content.decode()
