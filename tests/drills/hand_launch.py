"""The hand's deed in place of whoever launches a campaign.

The hand (tests.drills.hand) has set Django up.
"""

from datetime import timedelta
from threading import Thread
from typing import Any

from django.db import DatabaseError, connection
from django.utils import timezone

from campaigns.models import Campaign
from campaigns.sending.launch import Canary, CannotLaunch, launch_now
from campaigns.sending.local_hours import LocalHour
from campaigns.states import CampaignStatus, LateRecipients

type Answer = dict[str, Any]

ZONES = ("", "UTC", "Africa/Lagos")
"""Those of subscribers. In Lagos an hour of UTC has passed an hour before."""
UNTIL_HOUR = timedelta(seconds=4)
"""Time from a launch to the local hour that it is for."""


def launch(
    campaign: int,
    times: int = 1,
    canary: int = 0,
    rule: bool = False,
    hours: bool = False,
    skips_late: bool = False,
) -> Answer:
    """Launch a campaign, perhaps by several people at once; the answer says how many of them did.

    Args:
        canary: how many get it first; 0: nobody.
        rule: whether it goes on by itself, at once: a history has no minutes.
        hours: whether it is for a local hour, UNTIL_HOUR away in most zones and past in one.
        skips_late: whether those whose hour has passed get nothing.

    Raises:
        DatabaseError: the campaign may or may not be launched; the history asks again.
    """
    launched: list[int] = []
    errors: list[DatabaseError] = []
    first = Canary(size=canary, minutes=1 if rule else None) if canary else None

    def one() -> None:
        try:
            wanted = _hour(skips_late=skips_late) if hours else None
            found = launch_now(Campaign.objects.get(pk=campaign), hour=wanted, canary=first)
            launched.append(found.pk)
        except CannotLaunch:
            pass
        except DatabaseError as error:
            errors.append(error)
        finally:
            connection.close()

    people = [Thread(target=one) for _ in range(times)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    if not launched and errors:
        _may_be_launched.add(campaign)
        raise errors[0]
    if (
        not launched
        and campaign in _may_be_launched
        and Campaign.objects.get(pk=campaign).status != CampaignStatus.APPROVED
    ):
        launched = [campaign]  # by the person whose answer got lost
    Campaign.objects.filter(pk=campaign, canary_minutes=1).update(canary_minutes=0)
    return {"launched": len(launched)}


def _hour(*, skips_late: bool) -> LocalHour:
    comes_at = timezone.now() + UNTIL_HOUR
    late = LateRecipients.SKIP if skips_late else LateRecipients.NOW
    return LocalHour(at=comes_at.time(), first_day=comes_at.date(), late=late)


_may_be_launched: set[int] = set()
"""Campaigns whose launch ended in an error: it may have committed all the same."""
