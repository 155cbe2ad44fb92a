"""The public pages: how many of each are answered in a second, over ten kept connections.

gunicorn runs as in the Procfile, with a meeting and some past emails. Beside each rate stands what
a page costs the processor, because the rate depends on who else uses it.
"""

import os
import statistics

from benchmarks.bare_client import get, send
from benchmarks.context import Context
from benchmarks.machine import load
from benchmarks.processes import cpu_seconds, family
from benchmarks.rows import Row, row
from benchmarks.web_server import web

CONNECTIONS = 10
WARMING, REQUESTS = 200, 6_000
PAST = 5
"""Emails in the archive."""
HOST = "lists.example.org"
TO_REACH = 600
"""Pages a second."""
_INDEX = "from campaigns.content.archive_search import index_archive; index_archive()"
PAGES = {
    "home": "/",
    "events": "/events/",
    "event": "/events/{event}/",
    "calendar file": "/events/calendar.ics",
    "archive": "/archive/",
    "search in the archive": "/archive/?q=meeting",
    "archived email": "/archive/{email}/",
    "feed": "/archive/feed/",
    "subscribe": "/subscribe/",
    "subscribe, in a frame": "/subscribe/embed/",
    "subscribe, the answer": "/subscribe/done/",
    "preferences": "/preferences/",
    "privacy": "/privacy/",
}


def measure(context: Context) -> list[Row]:
    """Ask for each public page."""
    with context.installation(0) as one:
        for number in range(PAST):
            one.new_campaign(f"Past email {number}")
        # As if they had been sent, a day apart.
        one.database.execute(
            "UPDATE campaigns_campaign SET status = 'sent', "
            "launched_at = now() - id * interval '1 day'"
        )
        one.run("manage.py", "shell", "-v0", "-c", _INDEX)
        names = {
            "event": one.row("SELECT slug FROM campaigns_event WHERE is_public LIMIT 1")[0],
            "email": one.row(
                "SELECT c.slug FROM campaigns_campaign c "
                "JOIN subscribers_topic t ON t.id = topic_id "
                "WHERE c.status = 'sent' AND c.is_archived AND t.is_public LIMIT 1"
            )[0],
        }
        with web(one) as (pid, port):
            watched = [pid, *one.servers().values()]
            return [
                _row(page, path.format(**names), port, watched, context.size(REQUESTS))
                for page, path in PAGES.items()
            ]


def _row(page: str, path: str, port: int, watched: list[int], number: int) -> Row:
    before = load()
    requests = [get(path, headers={"Host": HOST, "Accept-Language": "en"})] * number
    send(port, requests[:WARMING], connections=CONNECTIONS, status=200)
    spent = _cpu(watched)
    seconds, latencies = send(port, requests, connections=CONNECTIONS, status=200)
    spent = _cpu(watched) - spent
    rate = number / seconds
    p95 = statistics.quantiles(latencies, n=20)[18] * 1000
    return row(
        f"GET {path if page != 'archived email' else '/archive/<email>/'}",
        f"{rate:,.0f}/s, p95 {p95:.1f} ms, {spent / number * 1000:.2f} ms of CPU",
        to_reach=f"{TO_REACH}/s",
        met=rate >= TO_REACH,
        pages_a_second=round(rate),
        p95_ms=round(p95, 1),
        cpu_ms=round(spent / number * 1000, 3),
        load=before,
    )


def _cpu(pids: list[int]) -> float:
    """Return the CPU seconds of these processes and their children, without our own."""
    found = {one for pid in pids for one in family(pid)} - {os.getpid()}
    return cpu_seconds(found)
