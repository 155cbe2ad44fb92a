"""The check of LINK_KEYS."""

import pytest
from pytest_django.fixtures import Settings

from campaigns.reports.diagnostics.keys import digest_key_fingerprint
from subscribers.models import Subscriber
from tests.campaigns.reports.diagnostics.findings import to_mend

pytestmark = pytest.mark.django_db


def test_a_changed_digest_key_is_found(ada: Subscriber, settings: Settings) -> None:
    assert to_mend("keys") == ""
    before = digest_key_fingerprint()
    settings.LINK_KEYS = ["another-key-that-is-long-enough-to-be-taken"]
    assert digest_key_fingerprint() != before
    assert "opt-outs would not be found" in to_mend("keys")


def test_a_key_put_in_front_changes_no_digest(ada: Subscriber, settings: Settings) -> None:
    before = digest_key_fingerprint()
    settings.LINK_KEYS = ["a-newer-key-that-is-long-enough-to-be-taken", *settings.LINK_KEYS]
    assert digest_key_fingerprint() == before
    assert to_mend("keys") == ""
