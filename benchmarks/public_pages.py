"""The public pages: how many of each are answered in a second, over ten kept connections.

gunicorn runs as in the Procfile, with a meeting and some past emails. Beside each rate stands what
a page costs the processor, because the rate depends on who else uses it.
"""

import json
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
SOME = 10
"""Subscribers, beside those whose links are opened."""
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
    "search that nobody has made": "/archive/?q=meeting+{number}",
    "archived email": "/archive/{email}/",
    "feed": "/archive/feed/",
    "subscribe": "/subscribe/",
    "subscribe, in a frame": "/subscribe/embed/",
    "subscribe, the answer": "/subscribe/done/",
    "subscribe, to topics that a link names": "/subscribe/?topics={topic}",
    "join": "/join/",
    "join, by a link": "/join/?topic=legislators",
    "preferences": "/preferences/",
    "privacy": "/privacy/",
    "one's own preferences": "{manage}",
    "one's own preferences, in Ukrainian": "/uk{manage}",
    "consent receipt": "{receipt}",
    "change of address": "{change_address}",
    "download": "{download}",
    "erasure": "{erase}",
    "confirm": "{confirm}",
    "block all email": "{never_again}",
    "unsubscribe": "{unsubscribe}",
    "invitation": "{invitation}",
    **{
        f"{page}, in {language}": f"/{language}{path}"
        for language in ("fr", "es", "ro", "uk", "ar")
        for page, path in {"home": "/", "subscribe": "/subscribe/", "archive": "/archive/"}.items()
    },
}
SEARCH = "search that nobody has made"
"""A process makes two at once and has two wait; others are told to try again. So it is asked for
over two connections."""
_PEOPLE = """
import json
from urllib.parse import urlsplit
from newsletter.core.addresses import address_digest
from subscribers.consent import urls_in_mail as urls
from subscribers.consent.confirm import confirm
from subscribers.consent.subscribe import SignUp, subscribe
from subscribers.models import Subscriber, Topic, TopicInvitation
from subscribers.states import ConsentMethod
topic = Topic.objects.filter(is_public=True).earliest("pk")
Topic.objects.create(slug="legislators", name="Legislators", is_moderated=True)
for number in range(4):
    Topic.objects.create(slug=f"topic-{number}", name=f"Topic {number}", description="Some news.")
for name in ("ada", "ben"):
    subscribe(SignUp(
        email=f"{name}@example.org", topics=(topic,), words="I agree.", method=ConsentMethod.FORM,
        full_name=f"{name} Example", country="NZ", time_zone="Pacific/Auckland", language="en",
    ))
ada, ben = (Subscriber.objects.get(email=f"{name}@example.org") for name in ("ada", "ben"))
confirm(ada.pk, method=ConsentMethod.MAIL_LINK)
invited = TopicInvitation.objects.create(
    topic=topic, email="ivo@example.org", digest=address_digest("ivo@example.org"), language="en",
    invited_by="operator",
)
manage = urls.manage_url(ada)
links = {
    "manage": manage,
    "receipt": manage.replace("/preferences/", "/preferences/receipt/"),
    "change_address": urls.change_address_url(ada),
    "download": urls.download_url(ada),
    "erase": urls.erase_url(ada),
    "confirm": urls.confirm_url(ben),
    "never_again": urls.never_again_url(ben.digest),
    "unsubscribe": urls.unsubscribe_url(ada.subscriptions.get().pk),
    "invitation": urls.invitation_url(invited.pk),
}
print(json.dumps({name: urlsplit(url).path for name, url in links.items()} | {"topic": topic.slug}))
"""
"""Make a person who has confirmed, one who has not, and one who is invited, and print the paths of
their links."""


def measure(context: Context) -> list[Row]:
    """Ask for each public page."""
    variables = {"LANGUAGES": "en,fr,es,ro,uk,ar", "TRUSTED_PROXIES": "127.0.0.1/32"}
    with context.installation(SOME, **variables) as one:
        for number in range(PAST):
            one.new_campaign(f"Past email {number}")
        # As if they had been sent, a day apart.
        one.database.execute(
            "UPDATE campaigns_campaign SET status = 'sent', archive_access = 'public', "
            "launched_at = now() - id * interval '1 day'"
        )
        one.run("manage.py", "shell", "-v0", "-c", _INDEX)
        names = {
            "event": one.row("SELECT slug FROM campaigns_event WHERE is_public LIMIT 1")[0],
            "email": one.row(
                "SELECT c.slug FROM campaigns_campaign c "
                "JOIN subscribers_topic t ON t.id = topic_id "
                "WHERE c.status = 'sent' AND c.archive_access = 'public' AND t.is_public LIMIT 1"
            )[0],
            **json.loads(one.run("manage.py", "shell", "-v0", "-c", _PEOPLE)),
        }
        with web(one) as (pid, port):
            watched = {"web": pid, **one.servers()}
            return [
                _row(page, path.format(**names, number="{number}"), port, watched, number)
                for page, path in PAGES.items()
                for number in [context.size(REQUESTS)]
            ]


def _row(page: str, path: str, port: int, watched: dict[str, int], number: int) -> Row:
    before = load()
    connections = 2 if page == SEARCH else CONNECTIONS
    requests = [_request(path, place) for place in range(number + WARMING)]
    send(port, requests[number:], connections=connections, status=200)
    spent = _cpu(watched)
    seconds, latencies = send(port, requests[:number], connections=connections, status=200)
    used = {name: value - spent[name] for name, value in _cpu(watched).items()}
    rate, cpu = number / seconds, sum(used.values()) / number * 1000
    p95 = statistics.quantiles(latencies, n=20)[18] * 1000
    return row(
        f"GET {page}",
        f"{rate:,.0f}/s, p95 {p95:.1f} ms, {cpu:.2f} ms of CPU",
        to_reach=f"{TO_REACH}/s",
        met=rate >= TO_REACH,
        pages_a_second=round(rate),
        p95_ms=round(p95, 1),
        cpu_ms=round(cpu, 3),
        cpu_ms_of={name: round(value / number * 1000, 3) for name, value in used.items()},
        load=before,
    )


def _request(path: str, place: int) -> bytes:
    """Return one request, from a network of its own as a trusted proxy names it."""
    client = f"10.{place // 250 % 250}.{place % 250}.7"
    headers = {"Host": HOST, "Accept-Language": "en", "X-Forwarded-For": client}
    return get(path.replace("{number}", str(place)), headers=headers)


def _cpu(processes: dict[str, int]) -> dict[str, float]:
    """Return the CPU seconds of these processes with their children, by name, without our own."""
    return {name: cpu_seconds(set(family(pid)) - {os.getpid()}) for name, pid in processes.items()}
