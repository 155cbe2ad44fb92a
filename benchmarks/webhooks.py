"""Speed of taking in webhooks and processing them: `.venv/bin/python -m benchmarks.webhooks`.

Starts gunicorn as production does, on the empty database of DATABASE_URL (PostgreSQL), and sends it
what providers send over ten kept connections. Each answer is waited for, so each was stored before
it was given. Prints one JSON line a figure.
"""

import json
import os
import secrets
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.bare_client import request, send
from scripts.services import free_port

BASE_DIR = Path(__file__).resolve().parent.parent
CONNECTIONS = 10
WARMING = 200
SINGLE_REQUESTS = 40_000
GROUPED_REQUESTS = 120
EVENTS_OF_A_GROUP = 1_000
SECRET = secrets.token_urlsafe(32)


def address(number: int) -> str:
    """Return the address of the recipient with this number."""
    return f"recipient{number}@example.org"


def mailgun_body(number: int, ref: str) -> bytes:
    """Return one event, of the size that Mailgun sends."""
    event = {
        "signature": {
            "timestamp": str(int(time.time())),
            "token": secrets.token_hex(25),
            "signature": secrets.token_hex(32),
        },
        "event-data": {
            "event": "delivered",
            "id": secrets.token_urlsafe(16),
            "timestamp": time.time(),
            "recipient": address(number),
            "user-variables": {"ref": ref},
            "message": {
                "headers": {
                    "to": address(number),
                    "message-id": f"{number}@lists.example.org",
                    "subject": "News",
                }
            },
            "delivery-status": {
                "code": 250,
                "message": "OK",
                "mx-host": "mx.example.org",
                "session-seconds": 0.4331,
                "attempt-no": 1,
            },
            "envelope": {
                "transport": "smtp",
                "sender": "news@lists.example.org",
                "targets": address(number),
            },
            "flags": {
                "is-routed": False,
                "is-authenticated": True,
                "is-system-test": False,
                "is-test-mode": False,
            },
        },
    }
    return json.dumps(event).encode()


def mailjet_body(numbers: Sequence[int], refs: Sequence[str]) -> bytes:
    """Return many events in one body, as Mailjet groups them."""
    events = [
        {
            "event": "sent",
            "time": int(time.time()),
            "MessageID": 19421777835146490 + number,
            "Message_GUID": secrets.token_hex(16),
            "email": address(number),
            "mj_campaign_id": 7257,
            "mj_contact_id": 4,
            "customcampaign": "",
            "mj_message_id": str(19421777835146490 + number),
            "smtp_reply": "sent (250 2.0.0 OK 1433333948 fa5si855896wjc.199 - gsmtp)",
            "CustomID": "",
            "Payload": json.dumps({"ref": refs[number]}),
        }
        for number in numbers
    ]
    return json.dumps(events).encode()


def _request(provider: str, body: bytes) -> bytes:
    return request(f"/webhooks/{provider}/?secret={SECRET}", body)


@contextmanager
def web() -> Iterator[int]:
    """Run gunicorn with the production's configuration, and yield its port."""
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "config.wsgi",
        "--config",
        "config/gunicorn.py",
        "--bind",
        f"127.0.0.1:{port}",
    ]
    with subprocess.Popen(
        command, cwd=BASE_DIR, env=os.environ | {"WEBHOOK_SECRET": SECRET}
    ) as process:
        try:
            _wait_for(port)
            yield port
        finally:
            process.terminate()


def _wait_for(port: int) -> None:
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("gunicorn did not start")


def measure() -> list[dict[str, object]]:
    """Take in single events and grouped ones, then process them all.

    They are about the deliveries of a campaign to as many recipients.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from django.core.management import call_command

    from campaigns.models import Delivery
    from newsletter.models import ProviderReport
    from newsletter.webhooks.process_reports import process_reports

    call_command("migrate", verbosity=0)
    recipients = WARMING + SINGLE_REQUESTS + GROUPED_REQUESTS * EVENTS_OF_A_GROUP
    refs = _campaign(recipients)
    singles = [
        _request("mailgun", mailgun_body(number, refs[number]))
        for number in range(WARMING + SINGLE_REQUESTS)
    ]
    groups = [
        range(first, first + EVENTS_OF_A_GROUP)
        for first in range(len(singles), recipients, EVENTS_OF_A_GROUP)
    ]
    with web() as port:
        send(port, singles[:WARMING], connections=CONNECTIONS, status=204)
        seconds, latencies = send(port, singles[WARMING:], connections=CONNECTIONS, status=204)
        if ProviderReport.objects.count() != len(singles):
            raise SystemExit("What was answered with 204 is not all in the database.")
        grouped = [_request("mailjet", mailjet_body(numbers, refs)) for numbers in groups]
        grouped_seconds, _ = send(port, grouped, connections=CONNECTIONS, status=204)
    began = time.perf_counter()
    process_reports(seconds=600)
    fold_seconds = time.perf_counter() - began
    if Delivery.objects.filter(status="delivered").count() != recipients:
        raise SystemExit("Not every event has found its delivery.")
    return [
        {
            "name": "webhooks, one event a request",
            "value": round(SINGLE_REQUESTS / seconds),
            "unit": "requests/s",
        },
        {
            "name": "webhooks, one event a request, p99",
            "value": round(statistics.quantiles(latencies, n=100)[98] * 1000, 1),
            "unit": "ms",
        },
        {
            "name": "webhooks, 1,000 events a request",
            "value": round(GROUPED_REQUESTS * EVENTS_OF_A_GROUP / grouped_seconds),
            "unit": "events/s",
        },
        {
            "name": "folding of provider events",
            "value": round(recipients / fold_seconds),
            "unit": "events/s",
        },
    ]


def _campaign(recipients: int) -> list[str]:
    """Store a campaign that was sent to so many recipients, and return its references."""
    from django.db import connection

    from campaigns.models import Campaign, Delivery
    from campaigns.sending.deliveries.ledger import open_tallies
    from newsletter.core.addresses import address_digest
    from newsletter.core.tokens import Purpose, make_token
    from subscribers.models import Subscriber, Topic

    topic = Topic.objects.create(
        slug=f"benchmark-{secrets.token_hex(4)}", name="Benchmark", is_public=False
    )
    campaign = Campaign.objects.create(
        name="Benchmark", topic=topic, status="sent", candidates=recipients
    )
    open_tallies(campaign.pk, planned=0)
    campaign.tallies.filter(status="accepted").update(number=recipients)
    people = Subscriber.objects.bulk_create(
        [
            Subscriber(
                email=address(number), digest=address_digest(address(number)), domain="example.org"
            )
            for number in range(recipients)
        ],
        batch_size=5_000,
    )
    deliveries = Delivery.objects.bulk_create(
        [
            Delivery(campaign=campaign, subscriber=one, language="en", status="accepted", attempt=1)
            for one in people
        ],
        batch_size=5_000,
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "ANALYZE"
            # As autovacuum does within a minute, so that it does no more in the middle of a
            # measurement.
        )
    return [make_token(Purpose.DELIVERY, delivery.pk) for delivery in deliveries]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("VAR_DIR", folder)
        for figure in measure():
            print(json.dumps(figure))
