"""The loaded demo: what it shows fits together."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.test import Client
from django.utils import timezone

from campaigns.audience.resolve import estimate
from campaigns.content.archive_search import index_archive
from campaigns.demo.load import Loaded, load_demo
from campaigns.demo.past_emails import PAST_EMAILS
from campaigns.demo.refusals import is_empty
from campaigns.demo.year import invited_meetings
from campaigns.demo.year_texts import YEAR_EMAILS
from campaigns.models import (
    Audience,
    Campaign,
    CampaignContent,
    Delivery,
    Event,
    SavedAudience,
    TopicMonth,
)
from campaigns.reports.links import opened_links
from campaigns.reports.months.calendar import last_months
from campaigns.reports.over_time import over_time
from campaigns.reports.totals import count_responses, recount, totals
from campaigns.review.approval import standing_approval
from campaigns.review.preflight import preflight
from campaigns.sending.freeze import start
from campaigns.sending.launch import launch, launch_now
from campaigns.states import CampaignStatus, DeliveryStatus
from newsletter.models import InboxMessage, TransactionalMessage
from subscribers.models import (
    ConsentRecord,
    CustomFieldValue,
    Subscriber,
    SubscriberLabel,
    Subscription,
    Suppression,
    Topic,
)
from subscribers.states import ConsentMethod, SubscriptionStatus, SuppressionReason

pytestmark = pytest.mark.django_db


@pytest.mark.thorough
def test_the_ready_campaign_reaches_exactly_200(loaded: Loaded) -> None:
    assert loaded.ready.status == CampaignStatus.APPROVED
    assert standing_approval(loaded.ready)
    assert estimate(loaded.ready).receive == 200


def test_the_ready_campaign_launches(loaded: Loaded) -> None:
    launched = launch_now(loaded.ready)
    assert launched.status == CampaignStatus.SENDING
    assert (launched.candidates, launched.deliveries.count()) == (200, 200)
    assert totals(launched).planned == 200


def test_nothing_stands_in_the_way_of_the_ready_campaign(loaded: Loaded) -> None:
    assert [str(finding) for finding in preflight(loaded.ready)] == []


def test_a_percentage_has_no_space_as_on_the_pages(loaded: Loaded) -> None:
    contents = CampaignContent.objects.values_list("blocks", flat=True)
    assert "99.5% of victims" in str(list(contents))


def test_the_sent_campaign_adds_up(loaded: Loaded) -> None:
    sums = totals(loaded.sent)
    assert loaded.sent.status == CampaignStatus.SENT
    assert sums.adds_up
    assert sums == recount(loaded.sent)
    assert sums.planned == sums.claimed == sums.uncertain == 0
    assert sums.delivered > 100
    assert sums.bounced == 5
    assert sums.skipped == 1


def test_the_report_of_the_sent_campaign_tells_what_its_rows_say(loaded: Loaded) -> None:
    rows = Delivery.objects.filter(campaign=loaded.sent)
    did = count_responses(loaded.sent)
    assert did["complained"] == rows.filter(complained_at__isnull=False).count() > 0
    assert did["left"] == rows.filter(unsubscribed_at__isnull=False).count() > 0


def test_the_sent_campaign_lies_in_the_past(loaded: Loaded) -> None:
    sent = Campaign.objects.get(pk=loaded.sent.pk)
    assert sent.launched_at
    assert sent.finished_at
    assert sent.created_at < sent.launched_at < sent.finished_at < loaded.ready.created_at
    assert not Delivery.objects.filter(
        campaign=sent, settled_at__gt=loaded.ready.created_at
    ).exists()
    assert all(content.rendered_html for content in sent.contents.all())


def test_the_sent_campaign_was_read_in_six_languages(loaded: Loaded, client: Client) -> None:
    assert set(loaded.sent.contents.values_list("language", flat=True)) == {
        "en", "fr", "es", "ro", "uk", "ar",
    }  # fmt: skip
    page = client.get(f"/archive/{loaded.sent.slug}/?language=uk")
    assert "Два дні в одному парламенті" in page.content.decode()


def test_the_archive_is_worth_searching(loaded: Loaded, client: Client) -> None:
    sent = Campaign.objects.filter(status=CampaignStatus.SENT)
    invited = len(invited_meetings(timezone.now().date()))
    assert sent.count() == 1 + len(PAST_EMAILS) + len(YEAR_EMAILS) + invited
    assert len(sent.dates("launched_at", "year")) > 1
    for campaign in sent:
        joined = Subscription.objects.filter(subscriber__deliveries__campaign=campaign).latest(
            "changed_at"
        )
        assert campaign.launched_at
        assert joined.subscriber.created_at < campaign.launched_at
    index_archive()
    found = client.get("/archive/?q=guatemala").content.decode()
    assert "What we took home from Guatemala" in found
    assert "A year of the taskforce" not in found


def test_somebody_has_paused(loaded: Loaded) -> None:
    assert Subscriber.objects.get(paused_until__isnull=False).subscriptions.count() == 2


def test_its_email_is_in_the_archive(loaded: Loaded, client: Client) -> None:
    page = client.get(f"/archive/{loaded.sent.slug}/")
    assert page.status_code == 200
    assert "Two days in one parliament" in page.content.decode()


def test_no_mail_leaves(loaded: Loaded) -> None:
    assert not InboxMessage.objects.exists()
    assert not TransactionalMessage.objects.exists()


def test_nobody_suppressed_gets_the_next_campaign(loaded: Loaded) -> None:
    of_people = Suppression.objects.exclude(reason=SuppressionReason.MERGED)
    assert of_people.count() == 5
    assert estimate(loaded.ready).left_out == {"suppressed": 4, "unconfirmed": 7, "unsubscribed": 6}


def test_every_subscription_has_its_evidence(loaded: Loaded) -> None:
    alone = Subscriber.objects.filter(merged_into=None, merged_records=None)
    for subscription in Subscription.objects.filter(subscriber__in=alone).select_related(
        "subscriber"
    ):
        evidence = ConsentRecord.objects.filter(
            digest=subscription.subscriber.digest, topic_id=subscription.topic_id
        )
        assert {record.method for record in evidence} == {ConsentMethod.DEMO}
        expected = {
            SubscriptionStatus.PENDING: ["requested"],
            SubscriptionStatus.CONFIRMED: ["requested", "confirmed"],
            SubscriptionStatus.AWAITING_REVIEW: ["requested", "confirmed"],
            SubscriptionStatus.UNSUBSCRIBED: ["requested", "confirmed", "unsubscribed"],
        }[SubscriptionStatus(subscription.status)]
        assert [record.action for record in evidence.order_by("given_at")] == expected
        assert all(record.words for record in evidence if record.action != "unsubscribed")


def test_somebody_was_on_the_list_twice(loaded: Loaded) -> None:
    second = Subscriber.objects.get(merged_into__isnull=False)
    kept = second.merged_into
    assert kept is not None
    assert kept.full_name == second.full_name
    assert not second.subscriptions.filter(status=SubscriptionStatus.CONFIRMED).exists()
    went_there = kept.deliveries.filter(sent_to=second.digest)
    assert went_there.filter(campaign__topic__slug="policy-updates").exists()
    for delivery in went_there:
        assert totals(delivery.campaign) == recount(delivery.campaign)


def test_a_past_email_is_for_subscribers(loaded: Loaded, client: Client) -> None:
    own = Campaign.objects.get(status=CampaignStatus.SENT, archive_access="subscribers")
    asks = client.get(f"/archive/{own.slug}/")
    assert asks["Location"].startswith("/archive/mine/")
    assert own.name.partition(": ")[2] not in client.get("/archive/").content.decode()


def test_the_links_of_an_email_were_counted(loaded: Loaded) -> None:
    [campaign] = Campaign.objects.filter(counts_links=True)
    [link] = opened_links(campaign)
    assert (link.opened, link.by_programs) == (60, 20)


def test_a_pending_person_is_not_named_before_they_have_confirmed(loaded: Loaded) -> None:
    pending = Subscriber.objects.filter(subscriptions__status=SubscriptionStatus.PENDING)
    assert pending.count() == 7
    assert not pending.exclude(full_name="").exists()


def test_topics_and_events_that_the_campaigns_name_exist(loaded: Loaded) -> None:
    assert loaded.ready.event
    assert loaded.ready.event.slug.startswith("quarterly-meeting-")
    assert loaded.ready.event.starts_at > loaded.ready.created_at
    assert loaded.sent.event
    assert loaded.sent.event.kind == "forum"
    assert list(Topic.objects.values_list("slug", flat=True)) == [
        "quarterly-meetings",
        "forums",
        "newsletter",
        "policy-updates",
        "members",
        "lived-experience-council",
    ]


def test_a_second_time_changes_nothing(loaded: Loaded) -> None:
    before = [
        model._default_manager.count()
        for model in (Subscriber, Subscription, ConsentRecord, Event, Campaign, Delivery)
    ]
    Topic.objects.filter(slug="newsletter").update(name="Our newsletter")
    assert load_demo() is None
    assert [
        model._default_manager.count()
        for model in (Subscriber, Subscription, ConsentRecord, Event, Campaign, Delivery)
    ] == before
    assert Topic.objects.get(slug="newsletter").name == "Our newsletter"


def test_it_never_comes_back_once_staff_have_cleared_it_away(loaded: Loaded) -> None:
    Delivery.objects.all().delete()
    Campaign.objects.all().delete()
    Event.objects.all().delete()
    Subscriber.objects.all().delete()
    assert not is_empty()
    assert load_demo() is None


def test_the_undo_window_holds_for_the_demo_too(loaded: Loaded) -> None:
    launched = launch(loaded.ready)
    assert not start(launched.pk)
    assert not Delivery.objects.filter(campaign=launched, status=DeliveryStatus.PLANNED).exists()


def test_what_was_sent_was_counted_when_the_story_says(loaded: Loaded) -> None:
    sent = Campaign.objects.filter(status=CampaignStatus.SENT)
    assert sent
    for campaign in sent:
        found, sums = over_time(campaign), totals(campaign)
        assert campaign.launched_at
        assert campaign.finished_at
        first, last = found.steps[0].start, found.steps[-1].start
        assert campaign.launched_at - timedelta(minutes=1) < first
        assert last < campaign.finished_at + timedelta(minutes=3)
        taken = sum(each.taken for each in found.steps)
        assert taken == sums.accepted + sums.delivered + sums.bounced
        assert sum(each.not_taken for each in found.steps) == sums.bounced + sums.failed


def test_each_chart_over_a_year_says_something(loaded: Loaded) -> None:
    """Growth and what is sent go on for twelve months; answers come with each quarter's meeting."""
    months = last_months(timezone.now())[-12:]
    rows = list(TopicMonth.objects.filter(month__in=months))
    by_month = {month: [row for row in rows if row.month == month] for month in months}
    grown = [month for month in months[:-1] if any(row.joined for row in by_month[month])]
    assert len(grown) >= 10
    mailed = [month for month in months if any(row.emails for row in by_month[month])]
    assert len(mailed) >= 9
    assert sum(row.left for row in rows) >= 10
    assert sum(row.bounced for row in rows) >= 10
    assert sum(row.complained for row in rows) >= 1
    assert sum(row.unsubscribed for row in rows) >= 10
    assert sum(row.events for row in rows) >= 3
    answered = [month for month in months if any(row.said_yes for row in by_month[month])]
    assert len(answered) >= 3
    assert all(row.came <= row.said_yes for row in rows)


def test_everybody_of_a_past_email_had_joined_when_it_was_sent(loaded: Loaded) -> None:
    late = Delivery.objects.filter(
        subscriber__created_at__gte=F("campaign__launched_at"), campaign__status="sent"
    )
    assert not late.exists()


def test_the_months_end_with_those_who_are_subscribed(loaded: Loaded) -> None:
    this = last_months(timezone.now())[-1]
    for topic in Topic.objects.all():
        first, *months = TopicMonth.objects.filter(topic=topic).order_by("month")
        subscribed = topic.subscriptions.filter(status=SubscriptionStatus.CONFIRMED).count()
        assert months[-1].month == this
        assert months[-1].subscribed == subscribed
        since = sum(each.joined - each.left for each in months)
        assert first.subscribed + since == subscribed


def test_people_have_institutions_labels_and_fields(loaded: Loaded) -> None:
    assert Subscriber.objects.exclude(institution="").count() > 100
    assert SubscriberLabel.objects.values("label").distinct().count() == 3
    assert CustomFieldValue.objects.values("field").distinct().count() == 2


def test_invited_people_answered_and_came(loaded: Loaded) -> None:
    over = Event.objects.filter(ends_at__lt=timezone.now(), kind="meeting")
    assert over.count() == 4
    for event in over:
        assert event.rsvps.filter(answer="yes", came=True).count() > 10
        assert event.campaigns.count() == 1


def test_each_invitation_is_a_step_of_its_events_series(loaded: Loaded) -> None:
    assert (loaded.sent.step, loaded.ready.step) == ("save_the_date", "invitation")
    invitations = Campaign.objects.filter(name__startswith="Invitation: ")
    assert set(invitations.values_list("step", flat=True)) == {"invitation"}
    assert not invitations.filter(event=None).exists()


def test_saved_audiences_find_people(loaded: Loaded) -> None:
    draft = loaded.ready
    for saved in SavedAudience.objects.all():
        tree = {"match": "all", "conditions": [{"kind": "saved", "saved": saved.pk}]}
        Audience.objects.filter(campaign=draft).update(conditions=tree)
        assert 5 < estimate(Campaign.objects.get(pk=draft.pk)).receive < 200
