from django.test import Client

from campaigns.content.edit import save_audience
from campaigns.models import Audience, Campaign
from campaigns.states import CampaignStatus
from newsletter.core.languages import AUDIENCE_LANGUAGES
from subscribers.models import Subscriber
from tests.campaigns.studio.page_helpers import page, replaced_by


def test_the_page_shows_how_many_would_receive_the_email_and_who_is_not_included(
    wrens: Client,
    draft: Campaign,
    ada: Subscriber,
    ben: Subscriber,
    cleo: Subscriber,
    dora: Subscriber,
) -> None:
    answer = wrens.get(page("audience", draft))
    assert answer.context["receive"] == 1
    assert sorted(number for number, _ in answer.context["not_included"]) == [1, 1, 1]


def test_whoever_may_see_people_sees_a_few_of_them_beside_the_exact_number(
    sams: Client, lees: Client, draft: Campaign, ada: Subscriber, ben: Subscriber
) -> None:
    for answer in (
        sams.get(page("audience", draft)),
        sams.post(page("estimate_audience", draft), {"countries": ["NZ"]}),
    ):
        assert [each.split(",")[0] for each in answer.context["sample"]] == [ada.email]
        assert ada.email in answer.content.decode()
    assert not sams.post(page("estimate_audience", draft), {"countries": ["FJ"]}).context["sample"]
    assert ada.email not in lees.get(page("audience", draft)).content.decode()


def test_the_estimate_follows_the_form_and_saves_nothing(
    sams: Client, draft: Campaign, ada: Subscriber
) -> None:
    answer = sams.post(page("estimate_audience", draft), {"countries": ["FJ"]})
    assert "<strong>0</strong>" in answer.content.decode()
    assert "<html" not in answer.content.decode()
    assert Audience.objects.get(campaign=draft).countries == []
    assert (
        "<strong>1</strong>"
        in sams.post(page("estimate_audience", draft), {"countries": ["NZ"]}).content.decode()
    )


def test_an_estimate_takes_no_approval_away(wrens: Client, approved: Campaign) -> None:
    wrens.post(page("estimate_audience", approved), {"countries": ["NZ"]})
    approved.refresh_from_db()
    assert approved.status == CampaignStatus.APPROVED


def test_saving_narrows_the_audience(wrens: Client, draft: Campaign) -> None:
    wrens.post(page("audience", draft), {"countries": ["NZ", "GB"], "languages": ["en"]})
    rule = Audience.objects.get(campaign=draft)
    assert (rule.countries, rule.languages) == (["GB", "NZ"], ["en"])


def test_languages_of_the_rule_are_offered_beside_those_of_the_list(
    wrens: Client, draft: Campaign
) -> None:
    save_audience(draft, countries=[], languages=["en", "mi"])
    offered = [tag for tag, _ in wrens.get(page("audience", draft)).context["languages"]]
    assert sorted(offered) == sorted([*AUDIENCE_LANGUAGES, "mi"])


def test_an_unknown_country_is_refused_in_words(wrens: Client, draft: Campaign) -> None:
    for name in ("audience", "estimate_audience"):
        answer = wrens.post(page(name, draft), {"countries": ["<script>"]}, follow=True)
        assert "country code" in answer.content.decode()
    assert Audience.objects.get(campaign=draft).countries == []


def test_staff_who_may_not_edit_can_not_change_the_audience(lees: Client, draft: Campaign) -> None:
    assert "Save audience" not in lees.get(page("audience", draft)).content.decode()
    assert lees.post(page("audience", draft), {"countries": ["NZ"]}).status_code == 403
    assert Audience.objects.get(campaign=draft).countries == []


def test_an_old_page_takes_no_colleagues_rule_back_unasked(
    wrens: Client, draft: Campaign, ada: Subscriber
) -> None:
    seen = wrens.get(page("audience", draft)).context["seen"]
    save_audience(draft, countries=["FJ"], languages=[])
    typed = {"countries": ["NZ"], "languages": ["en"], "seen": seen}

    answer = wrens.post(page("audience", draft), typed)

    html = answer.content.decode()
    assert answer.status_code == 409
    assert "Not saved: this form was saved again after you opened it" in html
    assert 'value="NZ" checked' in html
    assert 'value="FJ" checked' not in html
    assert answer.context["seen"] == seen
    assert html.index(">Save</button>") < html.index('name="overwrite"')
    assert Audience.objects.get(campaign=draft).countries == ["FJ"]

    wrens.post(page("audience", draft), {**typed, **replaced_by(html)})
    rule = Audience.objects.get(campaign=draft)
    assert (rule.countries, rule.languages) == (["NZ"], ["en"])


def test_an_old_page_leaves_an_approval_and_says_how_many_its_own_rule_would_reach(
    sams: Client, approved: Campaign, ada: Subscriber
) -> None:
    answer = sams.post(
        page("audience", approved), {"countries": ["NZ"], "seen": "2020-01-01T00:00:00+00:00"}
    )

    assert answer.status_code == 409
    assert answer.context["receive"] == 1
    assert answer.context["campaign"].status == CampaignStatus.APPROVED
    approved.refresh_from_db()
    assert approved.status == CampaignStatus.APPROVED
