"""Nine campaigns to everybody, beside those of `benchmarks.staff_rows`, and a worker's counting.

`python -m benchmarks.old_campaigns` adds the deliveries by SQL, seals all consent records as if the
clock had done so a month ago, and prints as JSON how many seconds each count took.
"""

import json
import os
import time
from collections.abc import Callable

from django.db import connection

CAMPAIGNS = 9

_DELIVERIES = f"""
    INSERT INTO campaigns_delivery
        (campaign_id, subscriber_id, language, status, reason, attempt, mailer, provider_message_id,
         bounce_class, settled_at, delivered_at, bounced_at, unsubscribed_at)
    SELECT c.id, p.id, p.language,
           CASE WHEN (p.id + c.id) % 200 = 0 THEN 'bounced' ELSE 'delivered' END,
           '', 1, 'smtp', '', CASE WHEN (p.id + c.id) % 200 = 0 THEN 'hard' ELSE '' END,
           c.launched_at, c.launched_at, CASE WHEN (p.id + c.id) % 200 = 0 THEN c.launched_at END,
           CASE WHEN (p.id + c.id) % 300 = 0 THEN c.launched_at END
    FROM (SELECT c.id, c.launched_at FROM campaigns_campaign c
          JOIN subscribers_topic t ON t.id = c.topic_id
          WHERE t.slug = 'quarterly-meetings' AND c.name LIKE 'Email %' AND c.candidates = 0
          ORDER BY c.id LIMIT {CAMPAIGNS}) c
    CROSS JOIN subscribers_subscriber p
    ORDER BY c.id, p.id;
    INSERT INTO campaigns_deliverytally (campaign_id, status, number)
    SELECT campaign_id, status, count(*) FROM campaigns_delivery GROUP BY 1, 2
    ON CONFLICT DO NOTHING;
    INSERT INTO campaigns_facttally (campaign_id, fact, number, stopped_at)
    SELECT campaign_id, 'hard_bounce', number, 0 FROM campaigns_deliverytally
    WHERE status = 'bounced' ON CONFLICT DO NOTHING;
    UPDATE campaigns_campaign SET candidates = number FROM
        (SELECT campaign_id, sum(number) AS number FROM campaigns_deliverytally GROUP BY 1) d
    WHERE d.campaign_id = campaigns_campaign.id AND candidates = 0
"""
# The newest thousandth was written this month, and is sealed since.
_SEALS = """
    UPDATE subscribers_consentrecord SET recorded_at = now()
    WHERE id > (SELECT max(id) - max(id) / 1000 FROM subscribers_consentrecord);
    INSERT INTO subscribers_consentseal
        (number, entry_ids, entries_hash, previous, sealed_at, key_id, seal)
    VALUES (1, '[]', '', '', now() - interval '32 days', '', ''), (2, '[]', '', '', now(), '', '');
    UPDATE subscribers_consentrecord SET seal_id =
        CASE WHEN recorded_at < now() - interval '1 day' THEN 1 ELSE 2 END
"""


def fill() -> None:
    """Add the deliveries and the seals."""
    with connection.cursor() as cursor:
        cursor.execute(_DELIVERIES)
        cursor.execute(_SEALS)
        # As autovacuum has long done with rows that weren't written a minute ago.
        cursor.execute("VACUUM ANALYZE")


def counted() -> dict[str, float]:
    """Return the seconds of each count."""
    from campaigns.models import Campaign, TopicMonth
    from campaigns.reports.breakdown import count_breakdown
    from campaigns.reports.months.count import count_months

    largest = Campaign.objects.order_by("-candidates")[0]
    seconds = {"all months": _seconds(count_months), "nothing new": _seconds(count_months)}
    TopicMonth.objects.update(beside={})
    seconds["open months"] = _seconds(count_months)
    seconds["one campaign"] = _seconds(lambda: count_breakdown(largest))
    return seconds


def _seconds(count: Callable[[], object]) -> float:
    began = time.perf_counter()
    count()
    return round(time.perf_counter() - began, 2)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    fill()
    print(json.dumps(counted()))
