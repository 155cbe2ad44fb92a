"""Counters and histograms. Imported alone where something is counted, and METRICS_TOKEN set."""

from collections.abc import Sequence

from prometheus_client import Counter, Histogram

from newsletter.metrics.dispatch_times import BUCKETS


class BatchHistogram(Histogram):
    """A histogram to which many observations are added at once."""

    def add(self, by_bucket: Sequence[int], seconds: float) -> None:
        """Add observations.

        Args:
            by_bucket: how many of them, for each bucket and for what is longer than all.
            seconds: their sum.
        """
        for bucket, number in zip(self._buckets, by_bucket, strict=True):
            if number:
                bucket.inc(number)
        self._sum.inc(seconds)


# Without a registry: what is told is read from the files of all processes.
DISPATCHED = Counter(
    "convene_handed_over",
    "Emails that were given to a mailer, by what became of them; some of “later” never left.",
    ["mailer", "outcome"],
    registry=None,
)
DISPATCH_SECONDS = BatchHistogram(
    "convene_hand_over_seconds",
    "How long a mailer took to answer for an email that left.",
    ["mailer", "outcome"],
    registry=None,
    buckets=BUCKETS,
)
WEBHOOKS = Counter(
    "convene_webhooks",
    "Requests to the webhooks of a provider, by the status of the answer; 204 is stored.",
    ["provider", "status"],
    registry=None,
)
FORMS = Counter(
    "convene_forms",
    "Filled-in forms of the public that were decided about, by form and outcome.",
    ["form", "outcome"],
    registry=None,
)
CONFIRMATIONS = Counter(
    "convene_confirmations",
    "Presses of the button behind a confirmation link, by what came of them.",
    ["outcome"],
    registry=None,
)
REQUESTS = Histogram(
    "convene_request_seconds",
    "How long a request took, by the pages that it was for and the class of its answer.",
    ["pages", "status"],
    registry=None,
    buckets=BUCKETS,
)
