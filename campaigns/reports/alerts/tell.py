"""Telling somebody: once when something is wrong, and once when it has been mended."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from campaigns.models import OpenFinding
from campaigns.reports.alerts.by_email import NotTold, tell_by_email
from campaigns.reports.alerts.by_url import ping, tell_by_url
from campaigns.reports.alerts.channel_turn import Clock, turn_at
from campaigns.reports.alerts.follow import (
    OPEN_FINDINGS,
    forget_mended,
    is_content,
    mended,
    ripe,
)
from campaigns.reports.diagnostics.alerts_arrive import ALERTS, EMAIL, HEARTBEAT, URL
from campaigns.reports.diagnostics.finding import Level, moment
from newsletter.core.db.lock import lock_until_commit
from newsletter.core.outbound.reach import PUBLIC, Reach
from newsletter.core.plural import number_of
from newsletter.transport.config.alert_target import Alert

LEVELS = {Level.LOOK.value: "warning", Level.MEND.value: "error"}
"""Levels, in the words of those who read alerts."""
_RANK = {Level.LOOK.value: 1, Level.MEND.value: 2}

type Send = Callable[[Alert, Callable[[], object]], None]
"""Tells an alert. It calls the second argument before each try that may take its time."""


def tell(*, clock: Clock = timezone.now, reach: Reach = PUBLIC) -> None:
    """Tell by each channel that is set up what it hasn't told, and ping while all is well.

    A channel that fails is tried again, at first at the next look. `doctor` names it, and other
    channels tell of it.

    Args:
        clock: says what time it is, each time anew, because channels may take theirs.
        reach: what requests may open.
    """
    channels = channels_of(reach)
    for name, send in channels.items():
        if _news(name, now=clock()):
            with turn_at(name, clock) as turn:
                if turn and (news := _news(name, now=clock())):  # nobody was faster
                    _send(partial(send, alert_of(*news), turn.renew), name, news)
    forget_mended(channels, now=clock())
    if settings.HEARTBEAT_URL and is_content():
        with turn_at(HEARTBEAT, clock) as turn:
            if turn:
                ping(reach=reach)


def channels_of(reach: Reach = PUBLIC, *, from_memory: bool = False) -> Mapping[str, Send]:
    """Return the ways of telling somebody that are set up.

    Args:
        reach: what requests may open.
        from_memory: whether they leave the database alone.
    """
    channels: dict[str, Send] = {}
    if settings.ALERT_EMAIL:
        channels[EMAIL] = partial(tell_by_email, from_memory=from_memory)
    if settings.ALERT_URL:
        by_url = partial(tell_by_url, target=settings.ALERT_URL, reach=reach)
        channels[URL] = lambda alert, _: by_url(alert)
    return channels


type News = tuple[list[OpenFinding], list[OpenFinding]]
"""Findings to be told, and those to be told as mended."""


def _news(channel: str, *, now: datetime) -> News | None:
    wrong = [
        each for each in ripe() if _RANK[each.level] > _RANK.get(each.told.get(channel, ""), 0)
    ]
    well = [each for each in mended(now=now) if channel in each.told]
    # That it fails itself a channel tells only where it has nothing else to be tried with.
    others = [each for each in wrong if each.key != f"{ALERTS}: {channel}"]
    return (others if others or well else wrong, well) if wrong or well else None


def _send(send: Callable[[], None], channel: str, news: News) -> None:
    try:
        send()
    except NotTold as error:
        if error.others_were:
            _remember(channel, *news)
        raise
    _remember(channel, *news)


@transaction.atomic
def _remember(channel: str, wrong: list[OpenFinding], well: list[OpenFinding]) -> None:
    # Another process may have told by another channel meanwhile, so what is there is read again.
    lock_until_commit(OPEN_FINDINGS)
    levels = {each.pk: each.level for each in wrong}
    for row in OpenFinding.objects.filter(pk__in=[*levels, *(each.pk for each in well)]):
        if row.pk in levels:
            row.told[channel] = levels[row.pk]
        else:
            row.told.pop(channel, None)
        row.save(update_fields=["told"])


def alert_of(wrong: list[OpenFinding], well: list[OpenFinding]) -> Alert:
    """Write what is told at once.

    Args:
        wrong: what was found.
        well: what has been mended.
    """
    host = urlsplit(settings.SITE_URL).netloc.encode("ascii", "replace").decode()
    serious = [each for each in wrong if each.level == Level.MEND]
    lines = [_line("ERROR", each) for each in serious]
    lines += [_line("warning", each) for each in wrong if each.level != Level.MEND]
    lines += [f"resolved: {each.words}" for each in well]
    lines.append("To see all of it, run: manage.py doctor")
    facts = [f"{each.key} {each.level} {each.seen_at.isoformat()}" for each in (*wrong, *well)]
    return Alert(
        title=f"[{host}] {_title(len(serious), len(wrong) - len(serious), len(well))}",
        text="\n\n".join(lines),
        id=hashlib.sha256("\n".join([host, *facts, str(len(well))]).encode()).hexdigest()[:32],
        details={
            "installation": settings.SITE_URL,
            "findings": [
                *(_as_dict(each, "firing") for each in wrong),
                *(_as_dict(each, "resolved") for each in well),
            ],
        },
        is_serious=bool(serious),
    )


def _title(errors: int, warnings: int, well: int) -> str:
    parts = [(errors, "error"), (warnings, "warning")]
    said = [number_of(number, noun) for number, noun in parts if number]
    return ", ".join([*said, *([f"{well} resolved"] if well else [])])


def _line(mark: str, row: OpenFinding) -> str:
    return f"{mark} {row.check_name}, since {moment(row.since or row.seen_at)}: {row.words}"


def _as_dict(row: OpenFinding, state: str) -> dict[str, str]:
    return {
        "state": state,
        "check": row.check_name,
        "key": row.key,
        "level": LEVELS[row.level],
        "message": row.words,
        "since": (row.since or row.seen_at).isoformat(),
    }
