"""Consent records of Eve, as forms and links write them, and three seals over them."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import connection

from newsletter.models import Brand
from newsletter.seals.seal import seal_entries
from newsletter.seals.verify import verify
from subscribers.consent.confirm import confirm
from subscribers.consent.subscribe import SignUp, subscribe
from subscribers.consent.unsubscribe import unsubscribe_all
from subscribers.evidence.chain import CONSENT
from subscribers.models import ConsentRecord, Subscriber, Topic
from subscribers.states import ConsentMethod

WORDS = "Yes, write to me."


def sql(statement: str, *parameters: int | str | datetime | None) -> None:
    """Do what somebody does who can only write to the database."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def problems() -> list[str]:
    return [str(problem) for problem in verify(CONSENT)]


@pytest.fixture
def sign_up(brand: Brand, topic: Topic) -> Callable[..., None]:
    def do(email: str, **said: Any) -> None:
        subscribe(
            SignUp(
                email=email,
                topics=(topic,),
                words=said.pop("words", WORDS),
                method=ConsentMethod.FORM,
                network="192.0.2.0/24",
                **said,
            )
        )

    return do


@pytest.fixture
def records(sign_up: Callable[..., None]) -> list[int]:
    """Eve asks, confirms and leaves, with a seal for each; the ids of the records."""
    sign_up("eve@example.org", full_name="Eve", language="en")
    assert seal_entries(CONSENT) == 1
    eve = Subscriber.objects.get()
    confirm(eve.pk, method=ConsentMethod.MAIL_LINK, network="192.0.2.0/24")
    assert seal_entries(CONSENT) == 1
    unsubscribe_all(eve.pk, method=ConsentMethod.PREFERENCES, network="198.51.100.0/24")
    assert seal_entries(CONSENT) == 1
    assert problems() == []
    return list(ConsentRecord.objects.order_by("pk").values_list("pk", flat=True))
