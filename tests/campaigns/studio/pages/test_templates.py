import pytest
from django.test import Client
from django.urls import reverse

from campaigns.content.templates import save_template
from campaigns.models import Campaign, CampaignTemplate
from subscribers.models import Topic
from tests.campaigns.studio.page_helpers import page

LIST = "admin:studio_templates"


@pytest.fixture
def template(draft: Campaign) -> CampaignTemplate:
    return save_template(draft, name="Monthly briefing")


def test_a_campaign_is_saved_as_a_template_under_a_name(wrens: Client, draft: Campaign) -> None:
    assert draft.name in wrens.get(page("save_as_template", draft)).content.decode()
    answer = wrens.post(page("save_as_template", draft), {"name": "Briefing"}, follow=True)

    assert CampaignTemplate.objects.get().name == "Briefing"
    assert "Template “Briefing” saved." in answer.content.decode()


def test_a_template_without_a_name_is_refused_beside_the_field(
    wrens: Client, draft: Campaign
) -> None:
    answer = wrens.post(page("save_as_template", draft), {"name": " "})

    assert answer.status_code == 422
    assert 'id="name-error"' in answer.content.decode()
    assert not CampaignTemplate.objects.exists()


def test_a_campaign_starts_with_a_template_of_ones_own(
    wrens: Client, draft: Campaign, template: CampaignTemplate
) -> None:
    add = reverse("admin:campaigns_campaign_add")
    fields = {
        "start": f"template-{template.pk}",
        "name": "March",
        "topic": str(draft.topic_id),
        "event": str(draft.event_id),
        "language": "en",
        "archive_access": "public",
    }
    assert "Monthly briefing" in wrens.get(add).content.decode()
    wrens.post(add, fields)
    campaign = Campaign.objects.latest("pk")
    assert (campaign.name, campaign.contents.get().blocks[2]["type"]) == ("March", "event_card")

    refused = wrens.post(add, {**fields, "language": "fr"})
    assert "is not in this template" in refused.context["form"].errors["language"][0].lower()


def test_the_list_leads_to_a_form_that_has_the_template_chosen(
    wrens: Client, template: CampaignTemplate
) -> None:
    start = f"{reverse('admin:campaigns_campaign_add')}?start=template-{template.pk}"
    assert f'href="{start}"' in wrens.get(reverse(LIST)).content.decode()
    chosen = f'<option value="template-{template.pk}" selected>'
    assert chosen in wrens.get(start).content.decode()
    assert wrens.get(start.replace(str(template.pk), "999999")).status_code == 200


def test_a_template_is_renamed_and_deleted_from_the_list(
    wrens: Client, template: CampaignTemplate
) -> None:
    rename = reverse("admin:studio_rename_template", args=[template.pk])
    refused = wrens.post(rename, {"name": ""})
    assert (refused.status_code, 'id="name-error"' in refused.content.decode()) == (422, True)
    assert "Briefing 2" in wrens.post(rename, {"name": "Briefing 2"}, follow=True).content.decode()
    wrens.post(reverse("admin:studio_delete_template", args=[template.pk]))

    assert "There is no template yet" in wrens.get(reverse(LIST)).content.decode()


def test_a_name_that_another_template_has_is_refused_and_stays_in_its_field(
    wrens: Client, draft: Campaign, template: CampaignTemplate
) -> None:
    other = save_template(draft, name="Weekly")
    rename = reverse("admin:studio_rename_template", args=[other.pk])

    for answer in (
        wrens.post(page("save_as_template", draft), {"name": "MONTHLY briefing"}),
        wrens.post(rename, {"name": "MONTHLY briefing"}),
    ):
        shown = answer.content.decode()
        assert answer.status_code == 422
        assert 'value="MONTHLY briefing"' in shown
        assert "there is a template “MONTHLY briefing” already" in shown
    other.refresh_from_db()
    assert other.name == "Weekly"


def test_a_hidden_template_is_neither_listed_nor_offered_nor_taken(
    wrens: Client, template: CampaignTemplate, topic: Topic
) -> None:
    Topic.objects.filter(pk=topic.pk).update(is_public=False, is_restricted=True)
    other = Topic.objects.create(slug="news", name="News")
    add = reverse("admin:campaigns_campaign_add")
    fields = {"name": "March", "topic": str(other.pk), "language": "en"}

    assert "Monthly briefing" not in wrens.get(reverse(LIST)).content.decode()
    assert "Monthly briefing" not in wrens.get(add).content.decode()
    assert wrens.post(add, {**fields, "start": f"template-{template.pk}"}).status_code == 422
    for act in ("rename", "delete"):
        path = reverse(f"admin:studio_{act}_template", args=[template.pk])
        assert wrens.post(path, {"name": "Mine"}).status_code == 404
