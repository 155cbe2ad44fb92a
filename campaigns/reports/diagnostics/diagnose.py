"""Running all checks of an installation, for `manage.py doctor`."""

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime

from django.utils import timezone

from campaigns.reports.diagnostics import (
    brand_complete,
    calendars,
    clock_and_workers,
    database_and_queue,
    discreet,
    keys,
    mail,
    media,
    proxy,
    restored_database,
    sealed_tables,
    sign_up_attack,
    staff_accounts,
    var_dir,
    waiting_for_staff,
)
from campaigns.reports.diagnostics.finding import Finding, Found, Level


def diagnose(
    *, now: datetime | None = None, left_out: Collection[str] = frozenset()
) -> list[Finding]:
    """Check everything that Convene needs, and list what was found.

    Checks that read tables are left out while the database can't be used. The checks change
    nothing, except that they write and delete files in VAR_DIR, and update what this host remembers
    of the database.

    Args:
        left_out: names of checks that aren't run.
    """
    now = now or timezone.now()
    database = list(_named("database", database_and_queue.database()))
    outside: list[tuple[str, Callable[[], Found]]] = [
        ("queue", database_and_queue.queue),
        ("files", var_dir.files),
        ("images", media.media),
        ("mail", mail.mail),
        ("reach", mail.reach),
    ]
    findings = [*database, *_run(outside, left_out)]
    if any(finding.level is Level.MEND for finding in database):
        return findings
    by_rows: list[tuple[str, Callable[[], Found]]] = [
        ("restored", lambda: restored_database.restored(now)),
        ("opt-outs", lambda: restored_database.opt_outs(now)),
        ("mailers", lambda: mail.mailers(now)),
        ("messages", lambda: mail.single_messages(now)),
        ("keys", keys.keys),
        ("brand", brand_complete.brand),
        ("discreet", discreet.discreet),
        ("calendars", lambda: calendars.calendars(now)),
        ("staff", staff_accounts.staff),
        ("need-to-know", staff_accounts.need_to_know),
        ("audit", sealed_tables.audit),
        ("consent", sealed_tables.consent),
        ("proxy", proxy.proxy),
        ("clock", lambda: clock_and_workers.clock(now)),
        ("sign-up", lambda: sign_up_attack.sign_up(now)),
        ("uncertain", waiting_for_staff.uncertain),
        ("paused", waiting_for_staff.paused),
    ]
    return [*findings, *_run(by_rows, left_out)]


def _run(
    checks: Iterable[tuple[str, Callable[[], Found]]], left_out: Collection[str]
) -> Iterator[Finding]:
    for name, check in checks:
        if name not in left_out:
            yield from _named(name, check())


def _named(name: str, found: Found) -> Iterator[Finding]:
    return (Finding(name, level, message) for level, message in found)
