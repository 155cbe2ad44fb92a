"""The time of a sign-up's answer, by what is known of the address: 500 forms of each kind.

The forms are interleaved over one connection, so that whatever else the machine does meets all
kinds alike. The answers themselves, and the statements behind them, are compared by
`tests/subscribers/views/test_found_out.py`.
"""

import random
from collections.abc import Mapping
from statistics import median

from benchmarks.bare_client import form, send
from benchmarks.context import Context
from benchmarks.installation import Installation
from benchmarks.people import TOPIC
from benchmarks.rows import Row, row
from benchmarks.web_server import web
from newsletter.core.requests.window_counts import PREFIX

EACH, WARMING = 500, 100
AT_ONCE = 20
"""Forms of each kind between which the limits' counts are forgotten: a third of all addresses have
one domain, which may not have more than a hundred an hour."""
SHUFFLES = 2_000
TO_REACH = 0.01
"""Differences as large come about by chance more often than this."""
STATUSES = {"pending": "pending", "confirmed": "confirmed", "unsubscribed": "unsubscribed"}


def measure(context: Context) -> list[Row]:
    """Sign up addresses of which different things are known, and compare the times."""
    each = context.size(EACH)
    with context.installation(20_000, TRUSTED_PROXIES="127.0.0.0/8") as one:
        kinds = _addresses(one, each)
        with web(one) as (_, port):
            seconds = _times(one, port, kinds, each)
    middle = {kind: median(times) * 1000 for kind, times in seconds.items()}
    spread = max(middle.values()) - min(middle.values())
    chance = _by_chance(list(seconds.values()), spread / 1000)
    words = ", ".join(f"{kind} {value:.2f}" for kind, value in middle.items())
    return [
        row(
            f"answer to a sign-up, {each} of each kind",
            f"medians in ms: {words}; a difference of {spread:.2f} comes about by chance with "
            f"p = {chance:.2f}",
            to_reach=f"p > {TO_REACH}",
            met=chance > TO_REACH,
            medians=middle,
            p=chance,
        )
    ]


def _addresses(one: Installation, each: int) -> Mapping[str, list[str]]:
    """Return addresses of each kind, and make as many pending as are needed."""
    one.database.execute(
        "UPDATE subscribers_subscription SET status = 'pending' WHERE id IN (SELECT id FROM "
        "subscribers_subscription WHERE status = 'confirmed' ORDER BY id DESC LIMIT %s)",
        [each],
    )
    found = {
        kind: _column(
            one,
            "SELECT email FROM subscribers_subscriber s JOIN subscribers_subscription n ON "
            "n.subscriber_id = s.id WHERE status = %s AND NOT EXISTS (SELECT 1 FROM "
            "subscribers_suppression p WHERE p.digest = s.digest) ORDER BY s.id LIMIT %s",
            status,
            each,
        )
        for kind, status in STATUSES.items()
    }
    found["suppressed"] = _column(
        one,
        "SELECT email FROM subscribers_subscriber s JOIN subscribers_suppression p USING (digest) "
        "WHERE p.lifted_at IS NULL ORDER BY s.id LIMIT %s",
        each,
    )
    found["new"] = [f"n{email}" for email in found["confirmed"]]
    return found


def _column(one: Installation, query: str, *parameters: object) -> list[str]:
    return [str(value) for (value,) in one.database.execute(query.encode(), parameters)]


def _times(
    one: Installation, port: int, kinds: Mapping[str, list[str]], each: int
) -> dict[str, list[float]]:
    seconds: dict[str, list[float]] = {kind: [] for kind in kinds}
    dice = random.Random(13)
    send(port, [_sign_up(f"w{n}@warm{n}.example", n) for n in range(WARMING)], connections=1,
         status=302)  # fmt: skip
    for first in range(0, each, AT_ONCE):
        for name in one.redis.scan_iter(f"{PREFIX}*"):
            one.redis.delete(name)
        order = [
            (kind, kinds[kind][number % len(kinds[kind])], number)
            for number in range(first, min(first + AT_ONCE, each))
            for kind in dice.sample(list(kinds), len(kinds))
        ]
        requests = [_sign_up(email, number) for _, email, number in order]
        _, times = send(port, requests, connections=1, status=302)
        for (kind, _, _), time in zip(order, times, strict=True):
            seconds[kind].append(time)
    return seconds


def _sign_up(email: str, number: int) -> bytes:
    headers = {"X-Forwarded-For": f"20.{number // 250}.{number % 250}.9"}
    return form("/subscribe/", {"email": email, "topics": TOPIC}, headers=headers)


def _by_chance(kinds: list[list[float]], spread: float) -> float:
    """Return how often medians of shuffled kinds lie as far apart: a permutation test."""
    dice, everything = random.Random(14), [time for times in kinds for time in times]
    met = 0
    for _ in range(SHUFFLES):
        dice.shuffle(everything)
        size = len(everything) // len(kinds)
        middle = [median(everything[n * size : (n + 1) * size]) for n in range(len(kinds))]
        met += max(middle) - min(middle) >= spread
    return met / SHUFFLES
