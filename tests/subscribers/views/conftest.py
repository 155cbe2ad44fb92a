"""Fixtures that the tests of public pages share."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from newsletter.core.addresses import address_digest
from newsletter.models import TransactionalMessage
from subscribers.consent.submissions import sweep_submissions

type Mailed = Callable[[str], list[str]]


@pytest.fixture
def mailed(db: None) -> Mailed:
    """Let a worker handle the stored forms, and return which messages an address has had."""

    def look(email: str) -> list[str]:
        sweep_submissions(now=timezone.now() + timedelta(minutes=1))
        rows = TransactionalMessage.objects.filter(digest=address_digest(email)).order_by("id")
        return list(rows.values_list("kind", flat=True))

    return look
