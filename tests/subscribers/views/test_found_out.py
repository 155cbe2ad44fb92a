"""Nobody can be found out by signing them up: 500 forms of each kind of address, interleaved.

Nor does an answer tell that an address was entered so often today that the form is dropped.

Time isn't measured here, where it would depend on the machine: what takes time is compared, which
are the statements. `benchmarks/found_out.py` measures the times.
"""

import random
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from newsletter.core.addresses import address_digest, domain_of
from newsletter.core.requests.window_counts import count_windows, own_windows
from newsletter.models import Brand
from newsletter.states import Trust
from subscribers.consent.form_limits import PER_MAILBOX, Asked
from subscribers.consent.sign_up_offer import current_offer
from subscribers.models import FormSubmission, Subscriber, Subscription, Suppression, Topic
from subscribers.states import SubscriptionStatus, SuppressionReason, SuppressionScope
from subscribers.views.forms import SIGN_UP
from tests.conftest import forget_in_redis

EACH = 500
STATUSES = {
    "pending": SubscriptionStatus.PENDING,
    "confirmed": SubscriptionStatus.CONFIRMED,
    "unsubscribed": SubscriptionStatus.UNSUBSCRIBED,
    "suppressed": SubscriptionStatus.CONFIRMED,
}
OFTEN = "often entered"
CLASSES = ("new", *STATUSES, OFTEN)


def address(kind: str, number: int) -> str:
    """Return an address of the same length for every kind: nothing tells but what is stored."""
    return f"{kind[0]}{number:04}@host{number:04}.example"


@pytest.fixture
def known(brand: Brand, topic: Topic) -> None:
    """500 people of each kind but the first."""
    for kind, status in STATUSES.items():
        people = Subscriber.objects.bulk_create(
            Subscriber(email=email, digest=address_digest(email), domain=domain_of(email))
            for email in (address(kind, number) for number in range(EACH))
        )
        Subscription.objects.bulk_create(
            Subscription(subscriber=person, topic=topic, status=status, changed_at=timezone.now())
            for person in people
        )
    Suppression.objects.bulk_create(
        Suppression(
            digest=address_digest(address("suppressed", number)),
            reason=SuppressionReason.STAFF,
            scope=SuppressionScope.ALL,
        )
        for number in range(EACH)
    )


@pytest.mark.thorough
@pytest.mark.usefixtures("known")
def test_no_answer_and_no_statement_tells_what_is_known_of_an_address(
    client: Client, settings: object
) -> None:
    current_offer()  # read once, for whoever comes first
    order = random.Random(13)
    seen = set[tuple[object, ...]]()
    for number in range(EACH):
        if number % 100 == 0:
            _forget_counts(settings)
        for kind in order.sample(CLASSES, len(CLASSES)):
            if kind == OFTEN:
                _enter_often(address(kind, number))
            seen.add(_post(client, address(kind, number), network=number))

    assert len(seen) == 1
    assert FormSubmission.objects.count() == EACH * len(CLASSES)
    assert FormSubmission.objects.filter(trust=Trust.NONE).count() == EACH, "the last kind's"


def _enter_often(email: str) -> None:
    """Use up the limit of a mailbox, as strangers elsewhere have done."""
    entered = Asked(form=SIGN_UP, network="192.0.2.0/24", address=email)
    for _ in range(PER_MAILBOX[0][0]):
        count_windows(entered.mailbox(proven=False))


def _post(client: Client, email: str, *, network: int) -> tuple[object, ...]:
    connection.queries_log.clear()  # it keeps 9,000, and is counted from its beginning
    with CaptureQueriesContext(connection) as captured:
        response = client.post(
            "/subscribe/",
            {"email": email, "topics": "quarterly-meetings"},
            REMOTE_ADDR=f"10.{network // 256}.{network % 256}.7",
        )
    headers = {**response.headers}
    headers.pop("Expires", None)
    hide = re.compile(r"'[^']*'| *-?\b\d+\b|\"?[0-9a-f]{64}\"?|\"s\d+_x\d+\"")
    statements = tuple(
        hide.sub("?", query["sql"].replace(email, "?")) for query in captured.captured_queries
    )
    return (response.status_code, str(headers), response.content, statements)


def _forget_counts(settings: object) -> None:
    """Let the day pass on which so many forms may come from one machine."""
    own_windows.cache_clear()
    if url := getattr(settings, "REDIS_URL", ""):
        forget_in_redis(url, "windows:*")
