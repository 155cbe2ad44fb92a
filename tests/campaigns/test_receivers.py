from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns.content.fingerprint import fingerprint
from campaigns.models import Campaign, CampaignContent, Delivery
from campaigns.sending.claims.claim import claim
from campaigns.sending.send import send_batch
from campaigns.states import READY, CampaignStatus, DeliveryStatus
from newsletter.brand.save import save_brand
from newsletter.models import Brand, InboxMessage
from subscribers.consent.offered_topics import save_topic
from subscribers.consent.urls_in_mail import unsubscribe_url
from subscribers.models import Subscriber, Topic
from subscribers.signals import asked_whom_mail_reached
from subscribers.states import ArchiveAccess
from tests.opened_form import opened_form
from tests.samples import BRAND


@pytest.mark.django_db(transaction=True)
def test_a_report_knows_who_left_by_a_link_of_the_campaign(
    sending: Campaign, client: Client
) -> None:
    send_batch(sending.pk)
    reader = Subscriber.objects.get(given_name="Reader0")

    answer = client.post(
        unsubscribe_url(reader.subscriptions.get().pk, sending.pk),
        {"List-Unsubscribe": "One-Click"},
    )

    assert answer.status_code == 200
    left = Delivery.objects.exclude(unsubscribed_at=None)
    assert [delivery.subscriber for delivery in left] == [reader]


def test_whom_mail_may_have_reached_is_said_and_nobody_else(sending: Campaign) -> None:
    claimed = claim(sending.pk, size=2)
    everybody = list(Subscriber.objects.values_list("pk", flat=True))
    first = claimed.deliveries[0].subscriber_id
    assert first is not None

    def answer(since_days: int, asked: list[int] = everybody) -> set[Any]:
        since = timezone.now() - timedelta(days=since_days)
        answers: list[tuple[Any, Any]] = [
            *asked_whom_mail_reached.send(
                sender=None, topic_id=sending.topic_id, since=since, subscriber_ids=asked
            )
        ]
        return {subscriber_id for _, ids in answers for subscriber_id in ids}

    assert answer(1) == {delivery.subscriber_id for delivery in claimed.deliveries}
    assert answer(-1) == set()
    assert answer(1, [first]) == {first}


@pytest.mark.parametrize("status", sorted(READY))
@pytest.mark.parametrize("column", ["sender_name", "sender_email", "reply_to"])
def test_another_sender_ends_the_approvals_of_the_earlier_one(
    draft: Campaign, brand: Brand, status: CampaignStatus, column: str
) -> None:
    Campaign.objects.update(status=status, scheduled_at=timezone.now())
    setattr(brand, column, "another@example.org")

    (said,) = save_brand(brand)

    draft.refresh_from_db()
    assert (draft.status, draft.scheduled_at) == (CampaignStatus.DRAFT, None)
    assert "sender was changed" in draft.pause_reason
    assert "if it was scheduled, a new time" in draft.pause_reason
    assert said.startswith("1 approved or scheduled campaign is a draft again")
    assert "a new time" in said


@pytest.mark.parametrize("status", [each for each in CampaignStatus if each not in READY])
def test_another_sender_leaves_other_campaigns_alone(
    draft: Campaign, brand: Brand, status: CampaignStatus
) -> None:
    Campaign.objects.update(status=status)
    brand.sender_name = "Another"

    assert save_brand(brand) == []

    draft.refresh_from_db()
    assert (draft.status, draft.pause_reason) == (status, "")


@pytest.mark.django_db(transaction=True)
def test_what_is_being_sent_goes_on_with_the_new_sender(sending: Campaign, brand: Brand) -> None:
    brand.sender_name = "Another"
    save_brand(brand)

    send_batch(sending.pk)

    sending.refresh_from_db()
    assert sending.status in (CampaignStatus.SENDING, CampaignStatus.SENT)
    assert set(Delivery.objects.values_list("status", flat=True)) == {DeliveryStatus.ACCEPTED}
    mail = [bytes(message.raw) for message in InboxMessage.objects.all()]
    assert len(mail) == 5
    assert all(b"Another" in raw for raw in mail)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"reply_to": "another@example.org"}, CampaignStatus.DRAFT),
        ({"colour": "#000000", "postal_address": "2 Square"}, CampaignStatus.SCHEDULED),
    ],
)
def test_staff_who_change_the_brand_hear_what_followed(
    sam: User, draft: Campaign, brand: Brand, changes: dict[str, str], status: CampaignStatus
) -> None:
    Campaign.objects.update(status=CampaignStatus.SCHEDULED, scheduled_at=timezone.now())
    client = Client()
    client.force_login(sam)

    page = client.post(
        reverse("admin:newsletter_brand_change", args=[brand.pk]),
        {**BRAND, "social_links": "", "colour": brand.colour, **changes},
        follow=True,
    ).content.decode()

    draft.refresh_from_db()
    assert draft.status == status
    assert ("is a draft again" in page) == (status == CampaignStatus.DRAFT)


@pytest.mark.parametrize("status", sorted(READY))
def test_a_topic_that_changes_what_is_shown_under_past_emails_ends_approvals_and_staff_hear_it(
    sams: Client, draft: Campaign, topic: Topic, status: CampaignStatus
) -> None:
    Campaign.objects.update(status=status, scheduled_at=timezone.now())
    path = reverse("admin:subscribers_topic_change", args=[topic.pk])
    fields = opened_form(sams, path)
    del fields["is_public"]

    page = sams.post(path, fields, follow=True).content.decode()

    draft.refresh_from_db()
    assert (draft.status, draft.scheduled_at) == (CampaignStatus.DRAFT, None)
    assert "with it who can read past emails" in draft.pause_reason
    assert "1 approved or scheduled campaign is a draft again" in page


@pytest.mark.parametrize(
    ("status", "access"),
    [
        (CampaignStatus.SENDING, ArchiveAccess.PUBLIC),
        (CampaignStatus.IN_REVIEW, ArchiveAccess.PUBLIC),
        (CampaignStatus.APPROVED, ArchiveAccess.NONE),
        (CampaignStatus.APPROVED, ArchiveAccess.SUBSCRIBERS),
    ],
)
def test_it_leaves_alone_what_has_left_what_nobody_approved_and_what_was_kept_out_anyway(
    draft: Campaign, topic: Topic, status: CampaignStatus, access: ArchiveAccess
) -> None:
    Campaign.objects.update(status=status, archive_access=access)
    topic.is_public = False

    assert save_topic(topic) == []

    draft.refresh_from_db()
    assert (draft.status, draft.pause_reason) == (status, "")


@pytest.mark.parametrize(
    ("chosen", "status"),
    [
        ("", CampaignStatus.DRAFT),
        (ArchiveAccess.PUBLIC, CampaignStatus.APPROVED),
        (ArchiveAccess.SUBSCRIBERS, CampaignStatus.APPROVED),
    ],
)
def test_another_choice_of_the_topic_ends_the_approval_of_what_takes_it_over(
    draft: Campaign, topic: Topic, chosen: str, status: CampaignStatus
) -> None:
    Campaign.objects.update(status=CampaignStatus.APPROVED, archive_access=chosen)
    topic.archive_access = ArchiveAccess.SUBSCRIBERS

    consequences = save_topic(topic)

    draft.refresh_from_db()
    assert draft.status == status
    assert len(consequences) == (status == CampaignStatus.DRAFT)


def test_it_leaves_the_campaigns_of_other_topics_alone(draft: Campaign, other_topic: Topic) -> None:
    Campaign.objects.update(status=CampaignStatus.APPROVED)
    other_topic.is_public = False

    assert save_topic(other_topic) == []

    draft.refresh_from_db()
    assert draft.status == CampaignStatus.APPROVED


@pytest.mark.parametrize(
    ("blocks", "status"),
    [
        ([{"type": "social_links"}], CampaignStatus.DRAFT),
        ([{"type": "divider"}], CampaignStatus.SCHEDULED),
    ],
    ids=["shown", "not shown"],
)
def test_other_social_links_end_the_approval_of_emails_that_show_them(
    sam: User, draft: Campaign, brand: Brand, blocks: list[dict[str, str]], status: CampaignStatus
) -> None:
    CampaignContent.objects.update(blocks=blocks)
    before = fingerprint(Campaign.objects.get())
    Campaign.objects.update(status=CampaignStatus.SCHEDULED, scheduled_at=timezone.now())
    client = Client()
    client.force_login(sam)

    client.post(
        reverse("admin:newsletter_brand_change", args=[brand.pk]),
        {**BRAND, "colour": brand.colour, "social_links": "LinkedIn https://evil.example/"},
    )

    assert Brand.objects.get().social_links[0]["url"] == "https://evil.example/"
    assert Campaign.objects.get().status == status
    assert (fingerprint(Campaign.objects.get()) == before) is (status != CampaignStatus.DRAFT)
