"""Running all checks of an installation, for `manage.py doctor` and the watch."""

import logging
import os
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from campaigns.reports.diagnostics import (
    alerts_arrive,
    backups,
    brand_complete,
    calendars,
    clock_and_workers,
    coming_in,
    database_and_queue,
    discreet,
    keys,
    mail,
    media,
    processes,
    proxy,
    restored_database,
    sealed_tables,
    sender_dns,
    sign_up_attack,
    site_reached,
    spoken_to,
    staff_accounts,
    var_dir,
    waiting_for_staff,
)
from campaigns.reports.diagnostics.finding import Finding, Found, Level, Said
from newsletter.core.outbound.reach import PUBLIC, Reach

logger = logging.getLogger(__name__)

DATABASE = "database"
PROBE = "probe"
"""The check that is run only when somebody asks for it."""
TAKE_LONGER = frozenset({"images", "reach", "backups", "dns", "opt-outs", "audit", "consent"})
"""Checks that ask other people's servers, or read much. The clock runs them every half hour. All
others are quick, and run every 30 seconds (campaigns.reports.alerts.watch): `site`, too, because a
certificate that has expired turns visitors away at once.
"""


OF_A_HOST = frozenset({"files", "images", "opt-outs"})
"""Checks of the host that runs them, of which another host may say something else."""


@dataclass(frozen=True, slots=True)
class DoctorRun:
    """The circumstances of one run.

    Attributes:
        reach: what may be opened on the network, and the resolver that is asked.
    """

    now: datetime
    reach: Reach = PUBLIC


type Check = Callable[[DoctorRun], Found]

_OUTSIDE: dict[str, Check] = {
    "queue": lambda _: database_and_queue.queue(),
    "files": lambda _: var_dir.files(),
    "images": lambda _: media.media(),
    "mail": lambda _: mail.mail(),
    "reach": lambda _: mail.reach(),
    PROBE: lambda _: spoken_to.probe(),
}
_BY_ROWS: dict[str, Check] = {
    "restored": lambda asked: restored_database.restored(asked.now),
    "opt-outs": lambda asked: restored_database.opt_outs(asked.now),
    "backups": lambda asked: backups.backups(asked.now),
    "mailers": lambda asked: mail.mailers(asked.now),
    "messages": lambda asked: mail.single_messages(asked.now),
    "keys": lambda _: keys.keys(),
    "brand": lambda _: brand_complete.brand(),
    "dns": lambda asked: sender_dns.sender_dns(asked.reach),
    "site": lambda asked: site_reached.site(asked.reach),
    "discreet": lambda _: discreet.discreet(),
    "calendars": lambda asked: calendars.calendars(asked.now),
    "mailboxes": lambda asked: coming_in.mailboxes(asked.now),
    "webhooks": lambda asked: coming_in.webhooks(asked.now),
    "staff": lambda _: staff_accounts.staff(),
    "need-to-know": lambda _: staff_accounts.need_to_know(),
    "audit": lambda _: sealed_tables.audit(),
    "consent": lambda _: sealed_tables.consent(),
    "proxy": lambda _: proxy.proxy(),
    "processes": lambda _: processes.processes(),
    "clock": lambda asked: clock_and_workers.clock(asked.now),
    "alerts": lambda _: alerts_arrive.alerts(),
    "sign-up": lambda asked: sign_up_attack.sign_up(asked.now),
    "uncertain": lambda _: waiting_for_staff.uncertain(),
    "paused": lambda _: waiting_for_staff.paused(),
}
QUICK = frozenset({DATABASE, *_OUTSIDE, *_BY_ROWS}) - TAKE_LONGER - {PROBE}


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Findings, and the names of the checks that could look: what they don't say is well."""

    findings: list[Finding]
    checks: frozenset[str]


def diagnose(
    *,
    now: datetime | None = None,
    left_out: Collection[str] = frozenset(),
    reach: Reach = PUBLIC,
    probes: bool = False,
) -> list[Finding]:
    """Check everything that Convene needs, and list what was found.

    Args:
        left_out: names of checks that aren't run.
        reach: what may be opened on the network, and the resolver that is asked.
        probes: whether mailers and mailboxes are spoken to.
    """
    names = (QUICK | TAKE_LONGER) - frozenset(left_out)
    if probes:
        names |= {PROBE}
    return run(names, now=now, reach=reach).findings


def run(names: Collection[str], *, now: datetime | None = None, reach: Reach = PUBLIC) -> Diagnosis:
    """Run some checks.

    Those that read tables are left out while the database can't be used, which is always looked
    at. The checks change nothing, except that they write and delete files in VAR_DIR, and update
    what this host remembers of the database.

    Args:
        names: of the checks.
        reach: as of `diagnose`.
    """
    asked = DoctorRun(now or timezone.now(), reach)
    found = list(_named(DATABASE, database_and_queue.database()))
    checks = dict(_OUTSIDE)
    if not any(each.level is Level.MEND for each in found):
        checks |= _BY_ROWS
    chosen = {name: check for name, check in checks.items() if name in names}
    for name, check in chosen.items():
        found += _safely(name, check, asked)
    unknown = {each.check for each in found if not each.is_known}
    return Diagnosis(found, frozenset({DATABASE, *chosen} - unknown))


def _safely(name: str, check: Check, asked: DoctorRun) -> list[Finding]:
    """Run one check. One that fails must not keep the others from being told."""
    try:
        return list(_named(name, check(asked)))
    except Exception as error:
        logger.exception("The check %s failed", name)
        words = f"This could not be checked: {type(error).__name__}. The log says more."
        return [Finding(name, Level.MEND, words, "check", is_known=False)]


def _named(name: str, found: Found) -> Iterator[Finding]:
    host = os.uname().nodename if name in OF_A_HOST else ""
    return (Finding(name, *Said(*each), host=host) for each in found)
