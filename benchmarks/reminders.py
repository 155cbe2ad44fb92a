"""Time a reminder's audience: `python -m benchmarks.reminders [--answers 50000]`.

In the database of DATABASE_URL, which `benchmarks.people` has filled, people answer the invitation
to the event. Of a campaign without a rule, of a reminder and of joining details it times the
estimate, the launch with its freeze, and claims. Prints JSON, in seconds.
"""

import argparse
import json
import os
import statistics
import time
from collections.abc import Callable
from typing import Any

from benchmarks.campaign_email import campaign as described
from benchmarks.context import Context
from benchmarks.machine import load
from benchmarks.rows import Row, not_measured, row

MANY, ANSWERS = 1_000_000, 50_000
FREEZE_SECONDS = 30.0
CLAIMS, CLAIM_SIZE = 40, 500
RULES = {"": "everybody", "no_answer": "no answer yet", "accepted": "accepted"}

_ANSWER = """
    INSERT INTO campaigns_rsvp (event_id, subscriber_id, answer, source, created_at, answered_at)
    SELECT e.id, s.id,
        CASE s.id / %s %% 5 WHEN 0 THEN 'no' WHEN 1 THEN 'maybe' ELSE 'yes' END, 'link',
        now(), now()
    FROM campaigns_event e, subscribers_subscriber s, subscribers_subscription f
    WHERE f.subscriber_id = s.id AND f.status = 'confirmed' AND s.id %% %s = 0
    ORDER BY s.id LIMIT %s
"""


def measure(context: Context) -> list[Row]:
    """Measure reminder and joining details of a million subscribers with 50,000 answers."""
    if context.quick:
        return [
            not_measured(
                "reminder of 1,000,000", "left out by --quick", to_reach=f"{FREEZE_SECONDS:.0f} s"
            )
        ]
    before = load()
    with context.installation(MANY) as one:
        figures: dict[str, dict[str, float]] = json.loads(
            one.run("-m", "benchmarks.reminders", "--answers", str(ANSWERS))
        )
    return [
        row(
            f"launch of 1,000,000 with {ANSWERS:,} answers: {RULES[rule]}",
            f"{found['launch']:.1f} s for {found['recipients']:,} (estimate "
            f"{found['estimate']:.1f} s, claim of {CLAIM_SIZE} {found['claim'] * 1000:.1f} ms)",
            to_reach=f"{FREEZE_SECONDS:.0f} s",
            met=found["launch"] <= FREEZE_SECONDS,
            load=before,
            **found,
        )
        for rule, found in figures.items()
    ]


def main() -> None:
    """Have people answer, time each rule, and print the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reminders", description=__doc__)
    parser.add_argument("--answers", type=int, default=ANSWERS)
    answers = parser.parse_args().answers
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from django.db import connection

    from campaigns.models import Event
    from subscribers.models import Subscriber

    Event.objects.update(takes_answers=True)
    every = max(Subscriber.objects.count() // answers, 1)
    with connection.cursor() as cursor:
        cursor.execute(_ANSWER, [every, every, answers])
        cursor.execute("VACUUM ANALYZE")
    found = {rule: _launched(rule) for rule in RULES}
    claims = _claimed({rule: int(each["campaign"]) for rule, each in found.items()})
    print(json.dumps({rule: {**each, "claim": claims[rule]} for rule, each in found.items()}))


def _launched(rule: str) -> dict[str, float]:
    """Time the estimate of a page and the launch of a campaign with a rule."""
    from campaigns.audience.resolve import estimate
    from campaigns.content.create_campaign import create_campaign
    from campaigns.models import Campaign
    from campaigns.review.approval import approve
    from campaigns.sending.launch import launch_now

    campaign = create_campaign({**described(f"Rule {rule}"), "rule": rule})
    approve(campaign, by="the benchmark")
    counted = _seconds(lambda: estimate(Campaign.objects.get(pk=campaign.pk)))
    launched = _seconds(lambda: launch_now(campaign))
    return {
        "campaign": campaign.pk,
        "recipients": Campaign.objects.get(pk=campaign.pk).candidates,
        "estimate": round(counted, 2),
        "launch": round(launched, 2),
    }


def _claimed(campaigns: dict[str, int]) -> dict[str, float]:
    """Time claims of which nothing is sent, by rule: in turns, so that each meets the same load."""
    from campaigns.sending.claims.claim import claim

    after = dict.fromkeys(campaigns, 0)
    times: dict[str, list[float]] = {rule: [] for rule in campaigns}
    for _ in range(CLAIMS):
        for rule, campaign_id in campaigns.items():
            began = time.perf_counter()
            claimed = claim(campaign_id, size=CLAIM_SIZE, after=after[rule])
            times[rule].append(time.perf_counter() - began)
            after[rule] = claimed.last_id
    return {rule: round(statistics.median(each), 5) for rule, each in times.items()}


def _seconds(action: Callable[[], Any]) -> float:
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
