"""Ask for the staff pages of one installation: `python -m benchmarks.staff_walk ROUNDS [PAGE …]`.

Prints one line of JSON for each page: the median of its seconds, the CPU time of this process and
of PostgreSQL, and its slowest statement. Pages are asked for within the process, as
gunicorn's threads would, so what stands between is the browser's connection alone.
"""

import json
import os
import statistics
import sys
import time
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from benchmarks.processes import cpu_seconds, family, parent
from benchmarks.staff_rows import RESTRICTED
from benchmarks.staff_visits import Visit, visits

HOST = "lists.example.org"


@dataclass(frozen=True, slots=True)
class Seen:
    """The figures of a page."""

    role: str
    page: str
    path: str
    status: int
    seconds: float
    cpu: float
    statements: int
    slowest: float
    sql: str


def walk(rounds: int, pages: Collection[str] = ()) -> Iterator[Seen]:
    """Open each page so many times, and yield its figures.

    Args:
        pages: those of `staff_visits` to be opened; all where none is given.
    """
    from django.db import connection

    names = _names()
    browsers = _browsers()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone()
    server = parent(backend)
    only = os.environ.get("ONLY", "")
    for visit in visits(names):
        if only in visit.page and (not pages or visit.page in pages):
            yield _seen(visit, browsers[visit.role], server, rounds)


def _seen(visit: Visit, browser: Any, server: int, rounds: int) -> Seen:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    times, cpu, statements = list[float](), list[float](), list[dict[str, str]]()
    for _ in range(rounds):
        began, used = time.perf_counter(), _cpu(server)
        with CaptureQueriesContext(connection) as captured:
            status = _answer(visit, browser)
        times.append(time.perf_counter() - began)
        cpu.append(_cpu(server) - used)
        statements = captured.captured_queries
        if times[-1] > 20:
            break
    slowest = max(
        statements, key=lambda each: float(each["time"]), default={"time": "0", "sql": ""}
    )
    return Seen(
        visit.role, visit.page, visit.path, status, statistics.median(times),
        statistics.median(cpu), len(statements), float(slowest["time"]), slowest["sql"],
    )  # fmt: skip


def _answer(visit: Visit, browser: Any) -> int:
    """Open the page; of a file that is streamed, its first kilobyte."""
    if visit.data is None:
        answer = browser.get(visit.path, secure=True)
    else:
        answer = browser.post(visit.path, visit.data, secure=True)
    if answer.streaming:
        read = 0
        for part in answer.streaming_content:
            read += len(part)
            if read > 1_000:
                break
        answer.close()
    return int(answer.status_code)


def _cpu(server: int) -> float:
    # With its parallel workers, which its first process counts once they have ended.
    return time.process_time() + cpu_seconds(family(server))


def _names() -> dict[str, Any]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(_NAMES)
        row = cursor.fetchone()
        return dict(zip([column[0] for column in cursor.description], row, strict=True))


_NAMES = """
    SELECT p.id AS person, p.email AS address,
        (SELECT max(subscriber_id) FROM subscribers_subscription s JOIN subscribers_topic t
            ON t.id = topic_id WHERE t.slug = 'inner-circle') AS hidden,
        (SELECT max(id) / 2 FROM subscribers_suppression) AS suppression,
        (SELECT max(id) FROM subscribers_application) AS application,
        (SELECT id FROM subscribers_topic WHERE slug = 'members') AS topic,
        (SELECT max(id) FROM subscribers_importbatch) AS import_batch,
        (SELECT max(id) / 2 FROM newsletter_transactionalmessage) AS message,
        (SELECT max(campaign_id) FROM campaigns_deliverytally WHERE number > 1000
            AND status = 'delivered') AS campaign,
        (SELECT max(id) FROM campaigns_campaign WHERE status = 'draft') AS draft,
        (SELECT max(id) FROM campaigns_campaign WHERE status = 'approved') AS approved,
        (SELECT max(id) / 2 FROM campaigns_delivery) AS delivery,
        (SELECT max(id) - 100 FROM campaigns_delivery) AS late_delivery,
        (SELECT max(id) / 2 FROM newsletter_providerevent) AS provider_event,
        (SELECT max(id) FROM newsletter_auditentry) AS entry,
        (SELECT max(event_id) FROM campaigns_rsvp) AS event,
        (SELECT max(id) / 2 FROM campaigns_rsvp) AS answer
    FROM subscribers_subscriber p WHERE p.id = (SELECT max(id) / 2 FROM subscribers_subscriber)
"""


def _browsers() -> dict[str, Any]:
    """Return a signed-in browser for each role; that of "granted" sees the need-to-know topic."""
    from datetime import timedelta

    from allauth.account.internal.flows.login import record_authentication
    from django.contrib.auth.models import User
    from django.contrib.auth.signals import user_logged_in
    from django.test import Client
    from django.utils import timezone

    from staff.accounts.roles_of import groups_of
    from staff.roles import ADMINISTRATOR, AUDITOR, AUTHOR, LIST_MANAGER, PUBLISHER
    from subscribers.models import Topic, TopicGrant

    def note(request: Any, user: Any, **_: Any) -> None:
        # Exports ask for a recent sign-in, which `force_login` alone is none.
        record_authentication(request, user, method="password")

    user_logged_in.connect(note)
    browsers = {}
    for name, role in {
        "list manager": LIST_MANAGER,
        "granted": LIST_MANAGER,
        "auditor": AUDITOR,
        "administrator": ADMINISTRATOR,
        "author": AUTHOR,
        "publisher": PUBLISHER,
    }.items():
        account, _ = User.objects.get_or_create(
            username=f"measured {name}", defaults={"is_staff": True, "email": "sam@example.org"}
        )
        account.groups.set(groups_of([role]))
        if name == "granted":
            TopicGrant.objects.create(
                topic=Topic.objects.get(slug=RESTRICTED),
                account=account,
                until=timezone.now() + timedelta(days=9),
                granted_by="sam",
            )
        browsers[name] = Client(HTTP_HOST=HOST)
        browsers[name].force_login(account)
    return browsers


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    for _seen_page in walk(int(sys.argv[1]), sys.argv[2:]):
        print(json.dumps(asdict(_seen_page)), flush=True)
