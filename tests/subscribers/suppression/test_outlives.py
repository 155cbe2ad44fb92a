"""A suppression outlives new keys, erasure, imports and a restored backup."""

import io

import pytest
from pytest_django.fixtures import Settings

from newsletter.core.addresses import address_digest
from subscribers.imports.import_subscribers import import_subscribers
from subscribers.models import Subscriber, Suppression, Topic
from subscribers.opt_outs.journal import journals
from subscribers.people.erase import erase
from subscribers.people.replay_opt_outs import replay
from subscribers.states import SCOPE_OF_REASON, SuppressionReason, SuppressionScope
from subscribers.suppression.policy import may_receive_campaigns, may_receive_notices
from subscribers.suppression.registry import active, suppress

pytestmark = pytest.mark.django_db


def take(email: str, topic: Topic) -> int:
    sheet = io.BytesIO(f"Email\n{email}\n".encode())
    return import_subscribers(sheet, topic=topic, consent="The old form.").opted_out


@pytest.mark.parametrize("reason", SuppressionReason)
def test_it_holds_under_a_new_key_after_an_erasure_an_import_and_a_restore(
    ada: Subscriber, topic: Topic, settings: Settings, reason: SuppressionReason
) -> None:
    email = ada.email
    suppress(ada.digest, reason=reason)
    settings.LINK_KEYS = ["another-key-that-is-long-enough-to-be-one", *settings.LINK_KEYS]
    erase(ada.pk, is_told=False)

    assert take(email.upper(), topic) == 1
    assert not Subscriber.objects.filter(digest=address_digest(email)).exists()
    assert reason in {row.reason for row in active(address_digest(email))}

    Suppression.objects.all().delete()  # as in a backup from before
    replay(journals())

    assert reason in {row.reason for row in active(address_digest(email))}
    assert take(email, topic) == 1
    assert not may_receive_campaigns(address_digest(email))
    if SCOPE_OF_REASON[reason] is SuppressionScope.ALL:
        assert not may_receive_notices(address_digest(email))
