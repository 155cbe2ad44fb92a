"""A campaign whose database was restored from a backup."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from campaigns.models import Campaign, Delivery
from campaigns.sending.claims.claim import claim
from newsletter.epoch.hold import held
from newsletter.models import Epoch


def lose_the_last_step() -> None:
    Epoch.objects.order_by("-pk")[0].delete()


@pytest.fixture
def restored(sending: Campaign) -> Campaign:
    """Five deliveries: one was claimed at the backup, one put off, and three were planned."""
    with transaction.atomic():
        claim(sending.pk, size=1)
    later = Delivery.objects.filter(status="planned").order_by("-pk")[0].pk
    Delivery.objects.filter(pk=later).update(retry_at=timezone.now() + timedelta(days=1))
    with transaction.atomic():
        assert claim(sending.pk, size=0).found_nothing
    lose_the_last_step()
    assert held()
    return sending


def states(campaign: Campaign) -> list[str]:
    return list(
        Delivery.objects.filter(campaign=campaign).order_by("pk").values_list("status", flat=True)
    )
