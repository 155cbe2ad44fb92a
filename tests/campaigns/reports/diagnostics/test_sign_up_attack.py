"""The check of the public forms."""

from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns.reports.diagnostics.finding import Level
from subscribers.models import SignUpAttack
from tests.campaigns.reports.diagnostics.findings import found, to_mend

pytestmark = pytest.mark.django_db


def test_a_flood_of_forms_is_to_be_known_and_not_to_be_mended() -> None:
    now = timezone.now()
    SignUpAttack.objects.create(
        began_at=now - timedelta(hours=1), last_at=now, posts=9000, networks=70
    )
    [level] = [finding.level for finding in found("sign-up")]
    assert level is Level.LOOK
    SignUpAttack.objects.update(last_at=now - timedelta(hours=1))
    assert to_mend("sign-up") == ""
