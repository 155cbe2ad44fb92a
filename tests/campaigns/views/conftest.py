"""A sent campaign, as the archive shows it."""

import pytest
from django.core.cache import cache
from django.utils import timezone

from campaigns.models import Campaign
from campaigns.states import CampaignStatus
from subscribers.states import ArchiveAccess


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    cache.clear()


@pytest.fixture
def sent(draft: Campaign) -> Campaign:
    Campaign.objects.update(
        status=CampaignStatus.SENT,
        launched_at=timezone.now(),
        archive_access=ArchiveAccess.PUBLIC,
    )
    draft.refresh_from_db()
    return draft
