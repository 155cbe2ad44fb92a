"""Answers to an invitation: how many are taken in a second, each with its confirmation queued.

Ten kept connections post answers of distinct people by the links of their invitations, to an event
with room for everybody, then to one with a waiting list and 50,000 answers already. Whoever is last
to get a place is decided under the event's lock, so answers to one event come one after another.
"""

import json
import statistics

from benchmarks.bare_client import form, send
from benchmarks.context import Context
from benchmarks.installation import Installation
from benchmarks.machine import load
from benchmarks.people import EVENT
from benchmarks.processes import cpu_seconds, family
from benchmarks.rows import Row, Wrong, row
from benchmarks.web_server import web

CONNECTIONS = 10
PEOPLE = 60_000
BEFORE, PLACES = 50_000, 20_000
"""Answers to the event with a waiting list, and its places."""
WARMING, ANSWERS = 100, 1_500
TO_REACH = 167
"""10,000 answers in a minute, as after an invitation to everybody."""
HOST = "lists.example.org"
_INVITE = """
import json
from datetime import timedelta
from campaigns.models import Campaign, Delivery, Event
from campaigns.rsvp.urls_in_mail import rsvp_url
from django.utils import timezone
from subscribers.models import Suppression
campaign = Campaign.objects.get(pk={campaign})
Campaign.objects.filter(pk=campaign.pk).update(status="sent", launched_at=timezone.now())
start = timezone.now() + timedelta(days=9)
Event.objects.filter(pk=campaign.event_id).update(
    takes_answers=True, starts_at=start, ends_at=start + timedelta(hours=2), **{event}
)
blocked = Suppression.objects.values("digest")
people = campaign.topic.subscriptions.filter(status="confirmed").exclude(
    subscriber__digest__in=blocked
).order_by("pk").values_list("subscriber_id", flat=True)
made = Delivery.objects.bulk_create(
    Delivery(campaign=campaign, subscriber_id=person, language="en", status="delivered")
    for person in people[{first}:{first} + {number}]
)
print(json.dumps([rsvp_url(each.pk).partition("example.org")[2] for each in made]))
"""
"""Send an invitation, as if it had been, and print the paths of its links."""
_ANSWER = f"""
    INSERT INTO campaigns_rsvp
        (event_id, subscriber_id, answer, attends, seat, waiting_since, note, created_at,
         answered_at)
    SELECT e.id, p.id, 'yes', 'online', CASE WHEN n <= {PLACES} THEN 'taken' ELSE 'waiting' END,
           CASE WHEN n > {PLACES} THEN now() + n * interval '1 ms' END, '', now(), now()
    FROM (SELECT id, row_number() OVER (ORDER BY id DESC) AS n FROM subscribers_subscriber
          ORDER BY id DESC LIMIT %s) p, campaigns_event e
    WHERE e.slug = '{EVENT}'
"""


def measure(context: Context) -> list[Row]:
    """Post answers to both."""
    number = context.size(ANSWERS)
    with context.installation(context.size(PEOPLE), TRUSTED_PROXIES="127.0.0.1/32") as one:
        campaign = one.new_campaign("Invitation")
        with web(one) as (pid, port):
            watched = {"web": pid, **one.servers()}
            paths = _invited(one, campaign, first=0, number=number + WARMING, places=None)
            rows = [_row("to an event with room for everybody", one, port, watched, paths)]
            one.database.execute(_ANSWER.encode(), (context.size(BEFORE),))
            one.database.execute("VACUUM ANALYZE campaigns_rsvp")
            paths = _invited(
                one, campaign, first=number + WARMING, number=number + WARMING, places=PLACES
            )
            about = f"with a waiting list, beside {context.size(BEFORE):,} answers"
            return [*rows, _row(f"to an event {about}", one, port, watched, paths)]


def _invited(
    one: Installation, campaign: int, *, first: int, number: int, places: int | None
) -> list[str]:
    event = {"capacity": places}
    code = _INVITE.format(campaign=campaign, event=event, first=first, number=number)
    paths: list[str] = json.loads(one.run("manage.py", "shell", "-v0", "-c", code))
    return paths


def _row(what: str, one: Installation, port: int, watched: dict[str, int], paths: list[str]) -> Row:
    before = load()
    requests = [_answer(path, place) for place, path in enumerate(paths)]
    (had,) = one.row(_KEPT)
    send(port, requests[:WARMING], connections=CONNECTIONS, status=200)
    spent = {name: -cpu_seconds(family(pid)) for name, pid in watched.items()}
    seconds, latencies = send(port, requests[WARMING:], connections=CONNECTIONS, status=200)
    for name, pid in watched.items():
        spent[name] += cpu_seconds(family(pid))
    (kept,) = one.row(_KEPT)
    if kept - had != len(requests):
        raise Wrong(f"{kept - had} of {len(requests)} answers have a confirmation")
    number = len(latencies)
    rate, p95 = number / seconds, statistics.quantiles(latencies, n=20)[18] * 1000
    cpu = ", ".join(f"{name} {value / number * 1000:.2f}" for name, value in spent.items())
    return row(
        f"{number:,} answers {what}",
        f"{rate:,.0f}/s, p95 {p95:.0f} ms; ms of CPU: {cpu}",
        to_reach=f"{TO_REACH}/s",
        met=rate >= TO_REACH,
        answers_a_second=round(rate),
        p95_ms=round(p95, 1),
        cpu_ms_of={name: round(value / number * 1000, 3) for name, value in spent.items()},
        load=before,
    )


_KEPT = "SELECT count(*) FROM newsletter_transactionalmessage WHERE kind = 'rsvp_confirmation'"


def _answer(path: str, place: int) -> bytes:
    """Return one answer, from a network of its own as a trusted proxy names it."""
    return form(
        path,
        {"answer": "yes", "note": "By train."},
        headers={
            "Host": HOST,
            "X-Forwarded-For": f"10.{place // 250}.{place % 250}.7",
            "X-Forwarded-Proto": "https",
        },
    )
