"""The receivers of the campaigns app: what the apps below announce, and what they ask."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.dispatch import receiver

from campaigns.back_to_draft import end_approvals
from campaigns.content.archive_access import access_at_launch
from campaigns.content.condition_uses import uses_in_words
from campaigns.content.draft_update import draft_update, withdraw_updates
from campaigns.content.field_uses import campaigns_using
from campaigns.content.image_uses import campaigns_with
from campaigns.event_states import EventChange
from campaigns.events.picture_uses import events_with
from campaigns.events.recut import end_approvals_of_crops
from campaigns.models import (
    CalendarMail,
    Campaign,
    CampaignContent,
    Delivery,
    Event,
    ProofRecipient,
    Rsvp,
)
from campaigns.reports.breakdown import count_anew
from campaigns.reports.held_data import tables_of_campaigns
from campaigns.retention.forget import forget_deliveries_of
from campaigns.rsvp.merge_answers import merge_answers
from campaigns.rsvp.one_answer import own_answers_of_guest
from campaigns.sending.end_for_event import end_what_announces
from campaigns.sending.merge_deliveries import merge_deliveries
from campaigns.sending.merge_preview import part_of_campaigns
from campaigns.sending.pause_for_event import pause_what_tells_of
from campaigns.sending.reported_by_provider import settle_facts
from campaigns.signals import event_changed
from campaigns.states import EDITABLE, DeliveryStatus
from newsletter.media.image_use import ImageUse
from newsletter.models import ProviderEvent
from newsletter.rendering.blocks.registry import parts_shown
from newsletter.signals import (
    asked_where_images_are_used,
    focal_point_changed,
    provider_events_recorded,
    sender_changed,
    social_links_changed,
)
from subscribers.models import Topic
from subscribers.need_to_know.hidden import Account
from subscribers.people.held_data.held_table import HeldTable
from subscribers.people.merging.parts import PartOfMerge
from subscribers.signals import (
    asked_what_is_held,
    asked_what_merging_moves,
    asked_where_field_is_used,
    asked_where_label_is_used,
    asked_whom_mail_reached,
    blocked_all_mail,
    changing_address,
    erasing,
    erasing_addresses,
    merging,
    topic_visibility_changed,
    unsubscribed,
)


@receiver(asked_where_field_is_used)
def campaigns_with_custom_field(sender: Any, key: str, **kwargs: Any) -> list[str]:
    """Return which campaigns that aren't over use a custom field, and which saved audiences."""
    return list(dict.fromkeys([*campaigns_using(key), *uses_in_words("field", "field", key)]))


@receiver(asked_where_label_is_used)
def audiences_with_label(sender: Any, label_id: int, **kwargs: Any) -> list[str]:
    """Return which campaigns that aren't over, and which saved audiences, ask for a label."""
    return uses_in_words("label", "label", label_id)


@receiver(asked_where_images_are_used)
def campaigns_that_show_images(
    sender: Any, keys: Collection[str], leaving_out: Collection[int] = (), **kwargs: Any
) -> list[ImageUse]:
    """Return where campaigns and events show images of the library."""
    return [*campaigns_with(keys, leaving_out=leaving_out), *events_with(keys)]


@receiver(focal_point_changed)
def end_approvals_with_other_crops(sender: Any, key: str, **kwargs: Any) -> str:
    """Return what was approved with other crops of an image to draft, as of a sender."""
    return _of_all_staff([campaign.pk for campaign in end_approvals_of_crops(key)])


@receiver(sender_changed)
def end_approvals_of_the_earlier_sender(sender: Any, **kwargs: Any) -> str:
    """Return what was approved with the earlier sender to draft, and say how much that is.

    Campaigns of need-to-know topics aren't counted: who changes the sender may not know of them.
    """
    return _end_of_brand(Campaign.objects.all(), "The sender was changed after the approval.")


@receiver(social_links_changed)
def end_approvals_with_other_social_links(sender: Any, **kwargs: Any) -> str:
    """Return what was approved with the earlier social links to draft, as of a sender."""
    rows = CampaignContent.objects.filter(campaign__status__in=EDITABLE).only("campaign", "blocks")
    showing = {each.campaign_id for each in rows if "social_links" in parts_shown(each.blocks)}
    why = "The social links of the brand were changed after the approval."
    return _end_of_brand(Campaign.objects.filter(pk__in=showing), why)


def _end_of_brand(campaigns: QuerySet[Campaign], why: str) -> str:
    return _of_all_staff([campaign.pk for campaign in end_approvals(campaigns, why=why)])


def _of_all_staff(ended: list[int]) -> str:
    """Say how much that is, of campaigns that all staff may know of."""
    known_to_all = Campaign.objects.filter(pk__in=ended, topic__is_restricted=False)
    return _drafts_again(known_to_all.count())


@receiver(event_changed)
def draft_what_tells_of_it(
    sender: Any,
    *,
    event: Event,
    change: EventChange,
    since: datetime | None = None,
    **kwargs: Any,
) -> None:
    """Draft the campaigns that tell people of a change of an event, or withdraw them.

    What is being sent about a cancelled event ends before, so that nobody else is invited or
    reminded, and what says what was before another change is paused. Its recipients so far, and
    those whom it is reaching in this moment, were told.
    """
    if change is EventChange.CANCELLED:
        end_what_announces(event.pk)
    else:
        pause_what_tells_of(event, change)
    if change is EventChange.MOVED_BACK and since is not None:
        withdraw_updates(event, since=since)
    else:
        draft_update(event, change)


@receiver(topic_visibility_changed)
def end_approvals_with_another_archive(
    sender: Any, *, topic: Topic, before: Topic, **kwargs: Any
) -> str:
    """End the approvals of emails that others can read once they are sent, because of their topic.

    Args:
        before: the topic as it was.
    """
    changed = []
    for campaign in Campaign.objects.filter(topic=topic, status__in=EDITABLE):
        campaign.topic = before
        access = access_at_launch(campaign)
        campaign.topic = topic
        if access is not access_at_launch(campaign):
            changed.append(campaign.pk)
    why = "Its topic was changed after the approval, and with it who can read past emails."
    return _drafts_again(len(end_approvals(Campaign.objects.filter(pk__in=changed), why=why)))


def _drafts_again(ended: int) -> str:
    if ended == 1:
        return (
            "1 approved or scheduled campaign is a draft again: it needs a new approval and, if it "
            "was scheduled, a new time."
        )
    return (
        f"{ended:,} approved or scheduled campaigns are drafts again: they need a new approval "
        f"and, if they were scheduled, a new time."
        if ended
        else ""
    )


@receiver(unsubscribed)
def note_unsubscribing(
    sender: Any, *, subscriber_id: int, campaign_id: int, at: datetime, **kwargs: Any
) -> None:
    """Note on a delivery that its recipient unsubscribed by one of its links, for the report.

    It is a fact beside the status. A second one changes nothing.
    """
    if campaign_id:
        rows = Delivery.objects.filter(
            campaign_id=campaign_id, subscriber_id=subscriber_id, unsubscribed_at=None
        )
        rows.update(unsubscribed_at=at)


@receiver(changing_address)
def take_answers_along(sender: Any, *, subscriber_id: int, **kwargs: Any) -> None:
    """Make a subscriber's own what they answered as a guest at the address that they leave."""
    own_answers_of_guest(subscriber_id)


@receiver(merging)
def move_to_the_kept_record(sender: Any, *, kept_id: int, merged_id: int, **kwargs: Any) -> None:
    """Make answers and deliveries of a record that is being merged those of the other.

    Events are locked first, as by whoever answers, then campaigns, then deliveries.
    """
    merge_answers(kept_id, merged_id)
    count_anew(merged_id)
    merge_deliveries(kept_id, merged_id)


@receiver(asked_what_merging_moves)
def say_what_merging_moves(
    sender: Any, *, kept_id: int, merged_id: int, account: Account, **kwargs: Any
) -> PartOfMerge:
    """Say what becomes of answers and deliveries."""
    return part_of_campaigns(kept_id, merged_id, account=account)


@receiver(erasing)
def forget_in_the_ledger(sender: Any, *, subscriber_id: int, **kwargs: Any) -> None:
    """Remove from the ledger what leads to a person who is being erased."""
    count_anew(subscriber_id)
    forget_deliveries_of(subscriber_id)


@receiver(erasing_addresses)
def forget_guests(sender: Any, *, digests: Collection[str], **kwargs: Any) -> int:
    """Delete what is known by its address alone: answers of guests, mails, test recipients."""
    number, _ = Rsvp.objects.filter(digest__in=digests).delete()
    mails, _ = CalendarMail.objects.filter(sender_digest__in=digests).delete()
    listed, _ = ProofRecipient.objects.filter(digest__in=digests).delete()
    return number + mails + listed


@receiver(blocked_all_mail)
def forget_delegates(sender: Any, *, digest: str, **kwargs: Any) -> None:
    """Delete delegates who were asked and haven't answered, since nothing may go to them.

    Nor do they get test emails any more.
    """
    Rsvp.objects.filter(digest=digest, answer="").delete()
    ProofRecipient.objects.filter(digest=digest).delete()


@receiver(asked_what_is_held)
def say_what_is_held(sender: Any, *, subscriber_id: int, **kwargs: Any) -> list[HeldTable]:
    """Return the tables of this app that hold something of a person."""
    return tables_of_campaigns(subscriber_id)


@receiver(asked_whom_mail_reached)
def say_whom_mail_reached(
    sender: Any, *, topic_id: int, since: datetime, subscriber_ids: list[int], **kwargs: Any
) -> Collection[int]:
    """Return those of the subscribers to whom a campaign on the topic was sent since then.

    A delivery in doubt counts, because it may have arrived.
    """
    campaigns = Campaign.objects.filter(topic_id=topic_id, launched_at__gte=since)
    numbers = list(campaigns.values_list("pk", flat=True))
    if not numbers:
        return []
    kept = Delivery.objects.filter(
        subscriber__pk__any_of=subscriber_ids, campaign__in=numbers
    ).exclude(status__in=[DeliveryStatus.PLANNED, DeliveryStatus.SKIPPED])
    return set(kept.values_list("subscriber_id", flat=True))


@receiver(provider_events_recorded)
def settle_what_providers_say(
    sender: Any, *, events: list[ProviderEvent], **kwargs: Any
) -> set[str]:
    """Settle the ledger by what provider events say.

    Returns:
        Fingerprints of the events that came before their delivery was settled; these come again.
    """
    return settle_facts(events)
