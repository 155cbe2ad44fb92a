"""The command `launch_campaign`, which launches what has been approved."""

import json
from typing import Any

from django.core.management.base import CommandError, CommandParser

from campaigns.audience.resolve import estimate
from campaigns.management.accept_fallback_option import (
    accept_if_asked,
    add_accept_fallback,
    fallback_hint,
)
from campaigns.management.launch_options import add_launch_options, wishes
from campaigns.management.launch_timetable import LaunchTimetable, launch_timetable
from campaigns.management.lookup import campaign_by_id
from campaigns.models import Campaign
from campaigns.reports.start_obstacles import start_obstacles
from campaigns.review.approval import OWN_CAMPAIGN, lacks_approval
from campaigns.review.approvers import may_approve_as_author
from campaigns.sending.launch import CannotLaunch, launch, launch_now
from campaigns.states import CampaignStatus
from newsletter.core.without_addresses import without_addresses
from newsletter.management.operator_command import OperatorCommand

UNAPPROVED = (CampaignStatus.DRAFT, CampaignStatus.IN_REVIEW)


class Command(OperatorCommand):
    recorded_options = ("id", "accept_fallback", "at_most")
    help = (
        "Launch an approved campaign; approve_campaign approves one. Without --now, sending starts "
        "after the undo window, when the clock runs. Exit code 1: it can't be launched, or with "
        "--now not be started yet; the message says which."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("id", type=int, help="the campaign's id, as create_campaign printed it")
        parser.add_argument(
            "--now", action="store_true", help="start sending at once, without an undo window"
        )
        parser.add_argument(
            "--json",
            action="store_true",
            help="print the result as JSON, with the timetable of --local-hour",
        )
        add_launch_options(parser)
        add_accept_fallback(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        campaign = campaign_by_id(options["id"])
        chosen = wishes(campaign, options)
        _check_number(campaign, options["at_most"])
        left_out = accept_if_asked(campaign, options)
        times = launch_timetable(campaign, chosen)
        if times is not None and not options["json"]:
            self.stdout.write("\n".join(times.lines()))
        try:
            launched = (launch_now if options["now"] else launch)(campaign, **chosen)
        except CannotLaunch as error:
            raise CommandError(
                f"Campaign {campaign.pk} can't be launched. {error}{_hint(campaign)}"
                f"{fallback_hint(campaign)}"
            ) from error
        if options["json"]:
            self.stdout.write(json.dumps(_as_dict(launched, times), ensure_ascii=False))
        elif launched.is_launched:
            self.stdout.write(
                f"Campaign {launched.pk} is being sent to {launched.candidates:,} recipients."
                f"{_first(launched)}{left_out}"
            )
        else:
            self._say_when(launched, more=f"{_first(launched)}{left_out}")

    def _say_when(self, campaign: Campaign, *, more: str) -> None:
        obstacles = start_obstacles(campaign)
        starts = "is scheduled for" if obstacles else "starts on"
        when = f"{campaign.scheduled_at:%-d %B %Y, %H:%M:%S} UTC"
        self.stdout.write(f"Campaign {campaign.pk} {starts} {when}.{more}")
        for each in obstacles:
            self.stdout.write(f"  {without_addresses(each)}")


def _as_dict(campaign: Campaign, times: LaunchTimetable | None) -> dict[str, Any]:
    starts = campaign.launched_at or campaign.scheduled_at
    return {
        "id": campaign.pk,
        "status": campaign.status,
        "starts": starts and starts.isoformat(timespec="seconds"),
        "candidates": campaign.candidates,
        "timetable": times and times.as_dict(),
    }


def _check_number(campaign: Campaign, most: int | None) -> None:
    if most is not None and (number := estimate(campaign).receive) > most:
        raise CommandError(
            f"Campaign {campaign.pk} was not launched: {number:,} would get it, and "
            f"--at-most says {most:,}."
        )


def _hint(campaign: Campaign) -> str:
    """Say how a campaign gets its approval, if that is what it lacks."""
    if campaign.status not in UNAPPROVED and not lacks_approval(campaign):
        return ""
    run = f"manage.py approve_campaign {campaign.pk}"
    if may_approve_as_author(campaign):
        return f" To approve it, run: {run}"
    return f" {OWN_CAMPAIGN} They do so on its Review page, or with their own login here: {run}"


def _first(campaign: Campaign) -> str:
    """Say what comes before the whole: a canary, or the hour for which each email waits."""
    said = ""
    if campaign.local_time and campaign.local_date:
        said += (
            f" Each recipient gets it at {campaign.local_time:%H:%M} of their own clocks, from "
            f"{campaign.local_date:%-d %B %Y}."
        )
    if campaign.is_launched and campaign.canary_size and campaign.canary_last_id is None:
        return f"{said} The canary is as large as the audience, so there is none."
    if campaign.canary_size:
        said += f" It pauses after the first {campaign.canary_size:,}."
    return said
