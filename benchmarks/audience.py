"""The audience page of a list of a million: its count while somebody chooses, and the exact one.

`python -m benchmarks.audience ROUNDS` asks in an installation that is filled (`measure`).
"""

import json
import os
import statistics
import sys
import time
from typing import Any

from benchmarks.context import Context
from benchmarks.machine import load
from benchmarks.rows import Row, row

PEOPLE = 1_000_000
ROUNDS = 10
QUICK, EXACT = 0.3, 5.0
"""Seconds to reach, 95 times in 100."""
TWENTIETH = 20


def measure(context: Context) -> list[Row]:
    """Fill all lists, and count by rules of several kinds, as the page does."""
    with context.installation(context.size(PEOPLE)) as one:
        one.new_campaign("A draft")
        one.run("-m", "benchmarks.staff_rows")
        before = load()
        printed = one.run("-m", "benchmarks.audience", str(context.rounds(ROUNDS)))
        return [_row(json.loads(line), before) for line in printed.splitlines()]


def _row(seen: dict[str, Any], before: list[float]) -> Row:
    to_reach = EXACT if seen["is_exact"] else QUICK
    name = "exactly" if seen["is_exact"] else "while somebody chooses"
    return row(
        f"count an audience {name}: {seen['rule']}",
        f"{seen['median'] * 1000:,.0f} ms, 95 % within {seen['p95'] * 1000:,.0f} ms",
        to_reach=f"{to_reach * 1000:,.0f} ms",
        met=seen["p95"] <= to_reach,
        load=before,
        **seen,
    )


def _rules() -> dict[str, dict[str, object]]:
    """Return rules as the form sends them, by what they are about."""
    from benchmarks.staff_rows import ANSWERED
    from campaigns.models import Campaign

    email = Campaign.objects.filter(deliveries__isnull=False).order_by("pk").first()
    region: dict[str, object] = {"c-0:kind": "region", "c-0:region": "europe"}
    silent = {"kind": "answer", "event": ANSWERED, "answer": "no_answer"}
    office = {"kind": "office", "office": "member"}
    return {
        "a region": region,
        "a language or a country": {
            "match": "any",
            "c-0:kind": "language",
            "c-0:languages": ["fr"],
            "c-1:kind": "country",
            "c-1:countries": ["NZ", "SL"],
        },
        "no answer": {f"c-0:{name}": value for name, value in silent.items()},
        "got an email": {
            "c-0:kind": "received",
            "c-0:campaign": email.pk if email else 0,
            "c-0:got": "yes",
        },
        "another topic": {"c-0:kind": "topic", "c-0:topic": "members"},
        "an office": {f"c-0:{name}": value for name, value in office.items()},
        "consent": {
            "c-0:kind": "consent",
            "c-0:topic": "quarterly-meetings",
            "c-0:version": "earlier",
        },
        "a region, a group and an exception": {
            **region,
            "c-1:match": "any",
            **{f"c-1-0:{name}": value for name, value in silent.items()},
            "c-1-1:kind": "joined",
            "c-1-1:when": "since",
            "c-1-1:day": "2026-01-01",
            "x-0:kind": "topic",
            "x-0:topic": "members",
        },
    }


def ask(rounds: int) -> None:
    """Count by each rule, and print the times."""
    from django.contrib.auth import get_user_model
    from django.test import Client
    from django.urls import reverse

    from benchmarks.people import TOPIC
    from campaigns.models import Campaign

    account = get_user_model().objects.create_superuser("chooser", "c@example.org", "x")
    browser = Client(HTTP_HOST="localhost")
    browser.force_login(account)
    draft = Campaign.objects.filter(topic__slug=TOPIC, status="draft").earliest("pk")
    url = reverse("admin:studio_estimate_audience", args=[draft.pk])
    for name, typed in _rules().items():
        for is_exact in (False, True):
            times = []
            for _ in range((rounds if not is_exact else max(1, rounds // 5)) + 1):
                start = time.perf_counter()
                answer = browser.post(f"{url}?exact=1" if is_exact else url, typed)
                times.append(time.perf_counter() - start)
                html = answer.content.decode()
                assert answer.status_code == 200, answer.status_code
                assert "would receive" in html, html
            times = sorted(times[1:])  # the first compiles the page
            place = -(-len(times) * (TWENTIETH - 1) // TWENTIETH) - 1
            seen = {
                "rule": name,
                "is_exact": is_exact,
                "median": statistics.median(times),
                "p95": times[place],
            }
            print(json.dumps(seen), flush=True)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    ask(int(sys.argv[1]))
