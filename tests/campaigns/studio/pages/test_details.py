from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns.content.edit import save_details
from campaigns.models import Campaign, Event
from campaigns.states import CampaignStatus
from newsletter.models import Brand
from subscribers.models import Topic
from tests.campaigns.studio.page_helpers import page, replaced_by

ADD = "admin:campaigns_campaign_add"


def test_a_new_campaign_opens_its_content_page(wrens: Client, topic: Topic, event: Event) -> None:
    fields = {
        "name": "March",
        "topic": str(topic.pk),
        "event": str(event.pk),
        "language": "en",
        "subject": "Join us",
        "archive_access": "public",
    }
    answer = wrens.post(reverse(ADD), fields)
    campaign = Campaign.objects.get()
    assert answer["Location"] == page("content", campaign, "en")
    assert (campaign.name, campaign.topic, campaign.event) == ("March", topic, event)
    assert campaign.created_by is not None
    assert campaign.contents.get().subject == "Join us"


def test_a_form_with_nothing_in_it_makes_nothing(wrens: Client, topic: Topic) -> None:
    answer = wrens.post(reverse(ADD), {})
    assert answer.status_code == 422
    assert not Campaign.objects.exists()


def test_a_subject_with_an_unknown_merge_field_is_refused_at_its_field(
    wrens: Client, topic: Topic
) -> None:
    fields = {"name": "March", "topic": str(topic.pk), "language": "en", "subject": "Dear {nam}"}
    answer = wrens.post(reverse(ADD), fields)
    assert answer.status_code == 422
    assert "nam" in answer.context["form"].errors["subject"][0]
    assert not Campaign.objects.exists()


def test_without_a_topic_the_form_says_that_one_is_needed_first(
    wrens: Client, sams: Client, brand: Brand
) -> None:
    words, link = "there is none yet", reverse("admin:subscribers_topic_add")
    assert link in sams.get(reverse(ADD)).content.decode()
    html = wrens.get(reverse(ADD)).content.decode()
    assert words in html
    assert link not in html  # Wren may not create topics

    Topic.objects.create(slug="forums", name="Forums")
    assert words not in sams.get(reverse(ADD)).content.decode()


def test_details_can_be_changed(wrens: Client, draft: Campaign, other_topic: Topic) -> None:
    fields = {
        "name": "Renamed",
        "topic": str(other_topic.pk),
        "event": str(draft.event_id),
        "language": "en",
    }
    assert wrens.post(page("details", draft), fields).status_code == 302
    draft.refresh_from_db()
    assert (draft.name, draft.topic, draft.archive_access) == ("Renamed", other_topic, "")


def test_a_change_that_takes_the_approval_away_is_told_before_and_after(
    wrens: Client, approved: Campaign, other_topic: Topic
) -> None:
    notice = "If you change anything but its name, it becomes a draft"
    for step, arguments in (("details", ()), ("content", ("en",)), ("audience", ())):
        assert notice in wrens.get(page(step, approved, *arguments)).content.decode()
    fields = {
        "name": "Renamed",
        "topic": str(approved.topic_id),
        "event": str(approved.event_id),
        "language": "en",
        "archive_access": "public",
        "carries_calendar": "on",
    }
    shown = wrens.post(page("details", approved), fields, follow=True).content.decode()
    assert "It is a draft again" not in shown  # the name is for staff alone

    fields["topic"] = str(other_topic.pk)
    shown = wrens.post(page("details", approved), fields, follow=True).content.decode()
    assert "It is a draft again" in shown
    assert notice not in shown


def test_a_change_says_that_the_schedule_is_gone(
    wrens: Client, approved: Campaign, other_topic: Topic
) -> None:
    Campaign.objects.update(status=CampaignStatus.SCHEDULED, scheduled_at=timezone.now())
    fields = {"name": "x", "topic": str(other_topic.pk), "event": str(approved.event_id)}

    shown = wrens.post(page("details", approved), {**fields, "language": "en"}, follow=True)

    [_, said] = [str(each) for each in shown.context["messages"]]
    assert "isn’t sent at the scheduled time" in said
    assert "schedule it again" in said


def test_the_event_stays_while_a_card_shows_it(wrens: Client, draft: Campaign) -> None:
    answer = wrens.post(
        page("details", draft),
        {"name": "x", "topic": str(draft.topic_id), "event": "", "language": "en"},
    )
    assert answer.status_code == 422
    assert "remove it first" in answer.content.decode()
    draft.refresh_from_db()
    assert draft.event_id


def test_an_old_page_takes_no_colleagues_change_back_unasked(
    wrens: Client, draft: Campaign, other_topic: Topic
) -> None:
    seen = wrens.get(page("details", draft)).context["seen"]
    save_details(draft, topic=other_topic)
    fields = {
        "name": "Renamed",
        "topic": str(Topic.objects.exclude(pk=other_topic.pk).get().pk),
        "event": str(draft.event_id),
        "language": "en",
        "seen": seen,
    }

    for _ in range(2):  # pressing the same button again doesn't replace it either
        answer = wrens.post(page("details", draft), fields)
        html = answer.content.decode()
        assert answer.status_code == 409
        assert "Not saved: this form was saved again after you opened it" in html
        assert 'value="Renamed"' in html
        assert html.index(">Save</button>") < html.index('name="overwrite"')
        fields["seen"] = answer.context["seen"]
    draft.refresh_from_db()
    assert (draft.name, draft.topic) == ("Quarterly meeting", other_topic)

    fields |= replaced_by(html)
    assert wrens.post(page("details", draft), fields).status_code == 302
    draft.refresh_from_db()
    assert draft.name == "Renamed"
    assert draft.topic != other_topic


def test_a_page_that_saved_can_save_again(wrens: Client, draft: Campaign) -> None:
    fields = {"topic": str(draft.topic_id), "event": str(draft.event_id), "language": "en"}
    for name in ("First", "Second"):
        seen = wrens.get(page("details", draft)).context["seen"]
        typed = {**fields, "name": name, "seen": seen}
        assert wrens.post(page("details", draft), typed).status_code == 302
    draft.refresh_from_db()
    assert draft.name == "Second"
