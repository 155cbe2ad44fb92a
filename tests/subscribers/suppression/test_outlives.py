"""A suppression outlives new keys, erasure, imports and a restored backup."""

import io
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from pytest_django.fixtures import Settings

from newsletter.core.addresses import address_digest
from newsletter.models import TransactionalMessage
from subscribers.imports.import_subscribers import import_subscribers
from subscribers.imports.uploads.upload import start_import
from subscribers.imports.uploads.work import advance_import
from subscribers.models import Subscriber, Suppression, Topic
from subscribers.opt_outs.journal import journals
from subscribers.people.erase import erase
from subscribers.people.export import export_subscribers
from subscribers.people.replay_opt_outs import replay
from subscribers.states import SCOPE_OF_REASON, SuppressionReason, SuppressionScope
from subscribers.suppression.policy import may_receive_campaigns, may_receive_notices
from subscribers.suppression.registry import active, suppress
from tests.subscribers.imports.uploads.uploaded import checked_list
from tests.subscribers.imports.workbooks import text_rows, workbook

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
    settings.SECRET_KEY = "another-secret-key-that-is-long-enough-to-be-one-of-those"
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


@pytest.mark.thorough(sample=8)
@pytest.mark.parametrize("reason", SuppressionReason)
@pytest.mark.parametrize("way", ["csv", "re-permission", "own export", "workbook", "upload"])
def test_no_way_of_importing_brings_anybody_back(
    ada: Subscriber,
    topic: Topic,
    settings: Settings,
    sam: User,
    tmp_path: Path,
    way: str,
    reason: SuppressionReason,
) -> None:
    """The export is from before the suppression, so it says nothing of it."""
    email, file = ada.email, io.StringIO(newline="")
    export_subscribers(file, topic=topic)
    suppress(ada.digest, reason=reason)
    settings.LINK_KEYS = ["another-key-that-is-long-enough-to-be-one", *settings.LINK_KEYS]
    erase(ada.pk, is_told=False)
    sheet = io.BytesIO(f"Email\n{email}\n".encode())
    match way:
        case "csv":
            import_subscribers(sheet, topic=topic, consent="The old form.")
        case "re-permission":
            import_subscribers(sheet, topic=topic, consent="The old form.", re_permission=True)
        case "own export":
            exported = io.BytesIO(file.getvalue().encode())
            import_subscribers(exported, topic=topic, consent="Moved")
        case "workbook":
            path = tmp_path / "people.xlsx"
            path.write_bytes(workbook({"People": text_rows(["Email"], [email])}))
            options = ["--topic", topic.slug, "--consent", "Moved"]
            call_command("import_subscribers", str(path), *options, stdout=io.StringIO())
        case "upload":
            upload = checked_list(topic, sam, text=f"Email\n{email}\n")
            start_import(upload, consent="The old form.", re_permission=False)
            assert advance_import(upload.pk)
    assert not Subscriber.objects.filter(digest=address_digest(email)).exists()
    assert not TransactionalMessage.objects.exists()
