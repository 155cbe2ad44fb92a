"""The options by which `launch_campaign` says when a campaign is sent, and to whom first."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from campaigns.events.zones import NoSuchTime, UnknownZone, local_to_utc
from campaigns.models import Campaign
from campaigns.sending.launch import BEYOND_UNDO, LONGEST_UNDO, Canary, PlaceTime
from campaigns.sending.local_hours import LocalHour
from campaigns.states import LateRecipients


def add_launch_options(parser: CommandParser) -> None:
    """Add the options; `wishes` reads them."""
    when = parser.add_argument_group("when")
    when.add_argument(
        "--at",
        metavar="YYYY-MM-DDTHH:MM",
        help="start at this time, in --zone or else in the time zone of the event, or UTC",
    )
    when.add_argument("--zone", metavar="ZONE", help="of --at, such as Europe/Bucharest")
    when.add_argument(
        "--local-hour", metavar="HH:MM", help="send at this hour of each recipient's own clocks"
    )
    when.add_argument("--date", metavar="YYYY-MM-DD", help="the day of --local-hour")
    when.add_argument(
        "--late",
        choices=[each.value.replace("_", "-") for each in LateRecipients],
        default="now",
        help="where that hour has passed when sending starts: send now (default), on the next day "
        "at that hour, or skip the recipient, who is counted as skipped",
    )
    when.add_argument(
        "--skip-weekends",
        action="store_true",
        help="with --local-hour: nobody gets it on the weekend of their country",
    )
    when.add_argument(
        "--undo", type=float, metavar="MINUTES", help="time to undo the launch, from 0 to 10"
    )
    first = parser.add_argument_group("a first step")
    first.add_argument(
        "--canary", type=int, metavar="N", help="send to N recipients first, then pause"
    )
    first.add_argument(
        "--canary-minutes",
        type=int,
        metavar="M",
        help="go on by itself M minutes later, if they arrived and few complained (default: a "
        "person resumes it)",
    )
    first.add_argument(
        "--at-most", type=int, metavar="N", help="refuse if more than N people would get it"
    )


def wishes(campaign: Campaign, options: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments of `launch`, or with --now of `launch_now`.

    Raises:
        CommandError: options that don't fit together, or can't be read.
    """
    found = {"hour": _hour(options), "canary": _canary(options)}
    if options["now"]:
        if options["at"] or options["undo"] is not None:
            raise CommandError("--now has neither a time (--at) nor a time to undo (--undo).")
        return found
    return {**found, "at": _at(campaign, options), "undo_window": _undo_window(options["undo"])}


def _undo_window(minutes: float | None) -> timedelta | None:
    if minutes is None:
        return None
    if not 0 <= minutes <= LONGEST_UNDO / timedelta(minutes=1):  # NaN is in no range
        raise CommandError(BEYOND_UNDO)
    return timedelta(minutes=minutes)


def _hour(options: dict[str, Any]) -> LocalHour | None:
    if options["local_hour"] is None:
        if options["date"] or options["skip_weekends"] or options["late"] != "now":
            raise CommandError("--date, --late and --skip-weekends belong to --local-hour.")
        return None
    if options["at"]:
        raise CommandError("Give --at or --local-hour, not both.")
    if options["date"] is None:
        raise CommandError("--local-hour needs a day. Add --date YYYY-MM-DD.")
    try:
        at = datetime.strptime(options["local_hour"], "%H:%M").time()  # noqa: DTZ007 - of no zone
        first_day = date.fromisoformat(options["date"])
    except ValueError as error:
        raise CommandError("Write --local-hour as 09:00 and --date as 2026-12-10.") from error
    return LocalHour(
        at=time(at.hour, at.minute),
        first_day=first_day,
        skips_weekends=options["skip_weekends"],
        late=LateRecipients(options["late"].replace("-", "_")),
    )


def _canary(options: dict[str, Any]) -> Canary | None:
    if options["canary"] is None:
        if options["canary_minutes"] is not None:
            raise CommandError("--canary-minutes belongs to --canary.")
        return None
    return Canary(size=options["canary"], minutes=options["canary_minutes"])


def _at(campaign: Campaign, options: dict[str, Any]) -> PlaceTime | None:
    if options["at"] is None:
        if options["zone"]:
            raise CommandError("--zone belongs to --at.")
        return None
    zone = options["zone"] or (campaign.event.time_zone if campaign.event else "UTC")
    try:
        local = datetime.fromisoformat(options["at"])
        at = local_to_utc(local, zone)
    except (NoSuchTime, UnknownZone) as error:
        raise CommandError(str(error)) from error
    except ValueError as error:
        raise CommandError("Write --at as 2026-12-10T09:00.") from error
    if at <= timezone.now():
        raise CommandError(f"{options['at']} in {zone} has passed. Give a later --at.")
    return PlaceTime(local.replace(tzinfo=None), zone)
