"""The tables of this app that hold something of a person: which campaigns went to them, answers."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.models import CalendarMail, CampaignContent, Delivery, ProofRecipient, Rsvp
from subscribers.models import Subscriber
from subscribers.people.change_address import digests_of
from subscribers.people.held_data.held_table import HeldTable, Row, plain
from subscribers.people.held_data.of_subscribers import INTERNAL


def tables_of_campaigns(subscriber_id: int) -> list[HeldTable]:
    """Return the tables of this app that hold something of a subscriber."""
    # Of a campaign that went to two records of theirs, one email stays with the merged one.
    merged = Subscriber.objects.filter(merged_into=subscriber_id).values("pk")
    deliveries = Delivery.objects.filter(Q(subscriber=subscriber_id) | Q(subscriber__in=merged))
    subjects = {
        (campaign, language): subject
        for campaign, language, subject in CampaignContent.objects.filter(
            campaign__in=deliveries.values("campaign")
        ).values_list("campaign_id", "language", "subject")
    }

    def more_of_delivery(row: Delivery) -> Row:
        return {
            "subject": subjects.get((row.campaign_id, row.language), ""),
            "topic_name": row.campaign.topic.name,
            "launched_at": plain(row.campaign.launched_at),
        }

    return [
        HeldTable(
            name="campaign_emails",
            title=_("Emails about your topics"),
            rows=deliveries.select_related("campaign__topic").order_by("pk"),
            left_out=dict.fromkeys(
                (
                    *("subscriber", "claim_token", "lease_until", "same_key_until"),
                    *("attempts_before", "sent_to"),
                ),
                INTERNAL,
            ),
            more=more_of_delivery,
        ),
        HeldTable(
            name="answers",
            title=_("Your answers to invitations"),
            rows=Rsvp.objects.filter(
                Q(subscriber=subscriber_id) | Q(digest__in=_digests(subscriber_id))
            )
            .select_related("event")
            .order_by("pk"),
            left_out=dict.fromkeys(
                (
                    *("subscriber", "changes", "delegates_named", "changes_since"),
                    *("calendar_sequence", "calendar_stamp", "told_steps", "told_message"),
                ),
                INTERNAL,
            ),
            more=lambda row: {"event_title": row.event.title},
        ),
        HeldTable(
            name="calendar_emails",
            title=_("Emails from your calendar"),
            rows=CalendarMail.objects.filter(
                Q(subscriber=subscriber_id) | Q(sender_digest__in=_digests(subscriber_id))
            )
            .select_related("event")
            .order_by("pk"),
            left_out=dict.fromkeys(("subscriber", "sender_digest", "fingerprint"), INTERNAL),
            more=lambda row: {"event_title": row.event.title if row.event else ""},
        ),
        HeldTable(
            name="test_emails",
            title=_("Test emails that you agreed to get"),
            rows=ProofRecipient.objects.filter(digest__in=_digests(subscriber_id)).order_by("pk"),
            left_out=dict.fromkeys(("digest", "added_by"), INTERNAL),
        ),
    ]


def _digests(subscriber_id: int) -> set[str]:
    """Return the addresses under which somebody may have answered as a guest."""
    subscriber = Subscriber.objects.filter(pk=subscriber_id).first()
    return digests_of(subscriber) if subscriber else set()
