"""Telling staff which campaigns became drafts, or are paused, because their event was changed."""

from collections.abc import Collection

from django.contrib import messages
from django.http import HttpRequest

from campaigns.content.draft_update import KIND_OF_CHANGE, updates_in_hand
from campaigns.event_states import EventChange
from campaigns.models import Campaign, Event
from campaigns.need_to_know import visible_answers, visible_campaigns
from campaigns.rsvp.told_apart import hears_of
from campaigns.states import CampaignStatus
from campaigns.studio.decorators import draft_again

# The same whether or not a draft waits in a topic that its reader may not know of.
_NONE_TO_SEND = (
    "People have answered, and there is no email about this change that you can send them. If one "
    "was drafted in a need-to-know topic, somebody with access to the topic must send it: ask an "
    "administrator. If there is none, tell them in another way."
)


def warn_of_drafts(request: HttpRequest, campaigns: list[Campaign]) -> None:
    """Warn which campaigns became drafts with the change of an event.

    Args:
        campaigns: with the status that they had.
    """
    for campaign in _visible(request, campaigns):
        messages.warning(request, draft_again(f"The campaign “{campaign}”", campaign.status))


def warn_of_end(request: HttpRequest, campaigns: list[Campaign]) -> None:
    """Warn which campaigns can't be sent any more, because their event is cancelled.

    Args:
        campaigns: with the status that they had.
    """
    for campaign in _visible(request, campaigns):
        was = (
            "isn’t sent at the scheduled time"
            if campaign.status == CampaignStatus.SCHEDULED
            else "can’t be sent any more"
        )
        messages.warning(
            request, f"The campaign “{campaign}” {was}, because it announces a cancelled event."
        )


def sent_about(event: Event) -> list[Campaign]:
    """Return the campaigns about an event that are being sent."""
    return list(Campaign.objects.filter(event=event, status=CampaignStatus.SENDING).order_by("pk"))


def warn_of_pauses(request: HttpRequest, campaigns: list[Campaign]) -> None:
    """Warn which campaigns were paused with the change of an event.

    Args:
        campaigns: those that were being sent before.
    """
    ids = [each.pk for each in campaigns]
    paused = Campaign.objects.filter(pk__in=ids, status=CampaignStatus.PAUSED)
    for campaign in _visible(request, list(paused.order_by("pk"))):
        messages.warning(
            request,
            f"“{campaign}” was being sent and is paused now, because emails that still wait say "
            f"what was before. Write a new version for the rest on its page, or resume it.",
        )


def tell_of_updates(
    request: HttpRequest, event: Event, *, of: Collection[EventChange] = ()
) -> None:
    """Say which drafts tell people of changes of an event, or that there is none to send.

    Args:
        of: the changes just made that people should hear of.
    """
    drafts = visible_campaigns(request.user).filter(pk__in=updates_in_hand(event).values("pk"))
    known = list(drafts.order_by("pk"))
    for campaign in known:
        messages.info(
            request,
            f"“{campaign}” is ready to tell those who were invited or have answered. Read it and "
            f"submit it for review: nobody is told before it is sent.",
        )
    kinds = {KIND_OF_CHANGE[change] for change in of} - {campaign.kind for campaign in known}
    answers = visible_answers(event, request.user)
    if any(answers.filter(hears_of(kind)).exists() for kind in kinds):
        messages.warning(request, _NONE_TO_SEND)


def _visible(request: HttpRequest, campaigns: list[Campaign]) -> list[Campaign]:
    known = visible_campaigns(request.user).filter(pk__in=[each.pk for each in campaigns])
    visible = set(known.values_list("pk", flat=True))
    return [each for each in campaigns if each.pk in visible]
