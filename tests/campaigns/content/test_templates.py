import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError

from campaigns.content.check_content import ContentError
from campaigns.content.templates import (
    create_from_template,
    delete_template,
    rename_template,
    save_template,
)
from campaigns.content.translations.completeness import translations_of
from campaigns.content.translations.standing import TranslationStanding
from campaigns.content.translations.start import start_from_source
from campaigns.models import Audience, Campaign, CampaignContent, CampaignTemplate, Event
from campaigns.need_to_know import visible_templates
from newsletter.audit.actor import Actor, ActorKind, acting
from newsletter.models import AuditEntry
from subscribers.models import Topic
from tests.campaigns.content.translations.conftest import english, spanish, stands


@pytest.fixture
def template(draft: Campaign) -> CampaignTemplate:
    CampaignContent.objects.update(
        blocks=[
            {"id": "a1b2", "type": "heading", "text": "A title"},
            {"id": "c3d4", "type": "button", "label": "", "url": "half a li"},
        ]
    )
    CampaignContent.objects.create(campaign=draft, language="ar", subject="اجتماع", blocks=[])
    Audience.objects.update(countries=["RO"])
    return save_template(draft, name=" Monthly briefing ")


def begin(template: CampaignTemplate, topic: Topic, **more: object) -> Campaign:
    fields = {"name": "March", "topic": topic, "language": "en", **more}
    return create_from_template(template, **fields)  # type: ignore[arg-type]


def test_a_template_has_all_languages_and_the_ids_of_blocks_and_no_event_or_audience(
    template: CampaignTemplate, topic: Topic
) -> None:
    campaign = begin(template, topic)
    contents = {each.language: each for each in campaign.contents.all()}

    assert template.name == "Monthly briefing"
    assert set(contents) == {"en", "ar"}
    assert [block["id"] for block in contents["en"].blocks] == ["a1b2", "c3d4"]
    assert contents["en"].blocks[1]["url"] == "half a li"
    assert (campaign.event, campaign.audience.countries) == (None, [])
    assert campaign.status == "draft"


def test_a_subject_of_ones_own_is_for_the_main_language_alone(
    template: CampaignTemplate, topic: Topic, event: Event
) -> None:
    campaign = begin(template, topic, subject="In March", event=event)

    assert campaign.event == event
    assert dict(campaign.contents.values_list("language", "subject")) == {
        "en": "In March",
        "ar": "اجتماع",
    }


def test_translations_of_the_templates_subject_need_a_look_beside_another(
    template: CampaignTemplate, topic: Topic
) -> None:
    begun = begin(template, topic, subject="In March")
    [arabic] = translations_of(begun)
    assert [(each.key, each.standing) for each in arabic.lacks] == [
        ("@subject", TranslationStanding.STALE)
    ]
    for same in ("", template.contents["en"]["subject"]):
        assert [each.lacks for each in translations_of(begin(template, topic, subject=same))] == [
            []
        ]


def test_what_changes_later_in_the_campaign_leaves_the_template_alone(
    template: CampaignTemplate, draft: Campaign
) -> None:
    draft.contents.all().delete()
    template.refresh_from_db()

    assert set(template.contents) == {"en", "ar"}


def test_a_language_that_the_template_lacks_is_refused(
    template: CampaignTemplate, topic: Topic
) -> None:
    with pytest.raises(ContentError, match="language"):
        begin(template, topic, language="fr")


def test_a_template_that_shows_an_event_needs_one(draft: Campaign, topic: Topic) -> None:
    template = save_template(draft, name="Invitation")
    with pytest.raises(ContentError, match="event"):
        begin(template, topic)
    assert Campaign.objects.count() == 1


def test_nothing_written_is_no_template(draft: Campaign) -> None:
    draft.contents.all().delete()
    with pytest.raises(ContentError, match="empty"):
        save_template(draft, name="Nothing")
    with pytest.raises(ContentError):
        save_template(draft, name=" ")
    assert not CampaignTemplate.objects.exists()


def test_a_template_of_a_need_to_know_topic_is_for_it_and_those_granted_alone(
    template: CampaignTemplate, topic: Topic, django_user_model: type[User]
) -> None:
    other = Topic.objects.create(slug="news", name="News")
    stranger = django_user_model.objects.create_user("stranger")
    assert list(visible_templates(stranger)) == [template]

    Topic.objects.filter(pk=topic.pk).update(is_public=False, is_restricted=True)
    template.refresh_from_db()
    stranger = django_user_model.objects.get()

    assert list(visible_templates(stranger)) == []
    with pytest.raises(ContentError, match="topic"):
        begin(template, other)
    assert begin(template, Topic.objects.get(pk=topic.pk)).topic == topic


def test_renaming_and_deleting_are_in_the_audit_log(template: CampaignTemplate) -> None:
    rename_template(template, name="Briefing")
    with pytest.raises(ContentError):
        rename_template(template, name="")
    template.refresh_from_db()
    assert template.name == "Briefing"

    delete_template(template)
    actions = AuditEntry.objects.filter(action__startswith="template.").order_by("pk")
    assert [each.action.partition(".")[2] for each in actions] == ["created", "renamed", "deleted"]
    assert not CampaignTemplate.objects.exists()


def test_what_was_to_be_translated_in_the_campaign_still_is_in_one_that_begins_with_it(
    draft: Campaign, topic: Topic, event: Event
) -> None:
    heading = {"id": "aa", "type": "heading", "text": "Our next meeting"}
    english(draft, heading, subject="You are invited", preheader="")
    start_from_source(draft, language="es")
    spanish(draft, subject="Le invitamos", blocks=[{**heading, "text": "Reunión"}])
    english(draft, {**heading, "text": "Our last meeting"})
    stale = {"aa": TranslationStanding.STALE}
    assert stands(draft) == stale

    assert stands(begin(save_template(draft, name="Briefing"), topic)) == stale


def test_whoever_wrote_what_a_template_was_made_of_is_an_author_of_what_begins_with_it(
    draft: Campaign, topic: Topic, event: Event
) -> None:
    Campaign.objects.filter(pk=draft.pk).update(authors=["account:1"])
    template = save_template(Campaign.objects.get(pk=draft.pk), name="Monthly briefing")
    with acting(lambda: Actor(ActorKind.ACCOUNT, name="Bob", account_id=2)):
        campaign = begin(template, topic, event=event)
    assert Campaign.objects.get(pk=campaign.pk).authors == ["account:1", "account:2"]


@pytest.mark.parametrize("name", ["Monthly briefing", " MONTHLY  Briefing ", "monthly briefing"])
def test_a_name_is_one_template_s_whatever_its_case(
    template: CampaignTemplate, draft: Campaign, name: str
) -> None:
    with pytest.raises(ContentError, match="there is a template"):
        save_template(draft, name=name)
    other = save_template(draft, name="Briefing")
    with pytest.raises(ContentError, match="there is a template"):
        rename_template(other, name=name)

    assert list(CampaignTemplate.objects.values_list("name", flat=True)) == [
        "Briefing",
        "Monthly briefing",
    ]


def test_the_database_refuses_a_second_template_of_a_name(template: CampaignTemplate) -> None:
    twin = CampaignTemplate(name=template.name, topic=template.topic, language="en", contents={})
    twin.name_key = template.name_key

    with pytest.raises(IntegrityError):
        twin.save()


def test_the_case_of_a_name_can_be_changed(template: CampaignTemplate) -> None:
    assert rename_template(template, name="monthly BRIEFING").name == "monthly BRIEFING"


def test_a_hidden_template_gives_itself_away_to_nobody_who_takes_its_name(
    template: CampaignTemplate, draft: Campaign
) -> None:
    Topic.objects.filter(pk=draft.topic_id).update(is_public=False, is_restricted=True)
    other = Campaign.objects.create(name="Open", topic=Topic.objects.create(slug="o", name="Open"))
    CampaignContent.objects.create(campaign=other, language="en", subject="S", blocks=[])

    assert save_template(other, name=template.name).name == "Monthly briefing"


def test_templates_that_are_seen_together_by_now_are_numbered(
    template: CampaignTemplate, draft: Campaign
) -> None:
    hidden = Topic.objects.create(slug="h", name="H", is_public=False, is_restricted=True)
    other = Campaign.objects.create(name="Hidden", topic=hidden)
    CampaignContent.objects.create(campaign=other, language="en", subject="S", blocks=[])
    twin = save_template(other, name="Monthly Briefing")
    Topic.objects.filter(pk=hidden.pk).update(is_restricted=False)

    save_template(draft, name="Another")

    twin.refresh_from_db()
    assert twin.name == "Monthly Briefing (2)"
