"""After a restore nobody gets a second copy, and nobody who left is written to.

What is doubtful says so, and sending goes on.
"""

import json
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone

from campaigns.models import Campaign, Delivery, DeliveryTally
from campaigns.reports.totals import recount, totals
from campaigns.restoring.after_restore import after_restore
from campaigns.sending.advance import advance_campaigns
from campaigns.sending.resolve import resolve_uncertain
from campaigns.sending.send import send_batch
from campaigns.states import CampaignStatus, DeliveryStatus
from newsletter.core.tokens import Purpose, make_token
from newsletter.epoch import memory
from newsletter.epoch.hold import held
from newsletter.models import DatabaseHistory, InboxMessage, TransactionalMessage
from newsletter.outbox.deliver import deliver_due
from newsletter.outbox.queue import queue_message
from newsletter.rendering.rendered import Rendered
from newsletter.transport.pacing.retry import SPENT
from subscribers.consent.unsubscribe import unsubscribe
from subscribers.models import ConsentRecord, Subscription
from subscribers.states import ConsentMethod, SubscriptionStatus
from tests.campaigns.restoring.conftest import states

pytestmark = pytest.mark.django_db(transaction=True)


def test_whatever_may_have_left_is_in_doubt_and_nothing_of_it_is_sent(restored: Campaign) -> None:
    done = after_restore(by="Sam")

    assert held() is None
    assert states(restored) == [*["uncertain"] * 4, "planned"]
    assert done.doubts[0].uncertain == 4
    assert totals(restored) == recount(restored)
    send_batch(restored.pk)
    advance_campaigns()
    assert not InboxMessage.objects.exists()
    assert Campaign.objects.get(pk=restored.pk).status == CampaignStatus.SENDING


def test_what_a_person_plans_again_is_sent_once(restored: Campaign) -> None:
    after_restore(by="Sam")

    resolve_uncertain(restored.pk, to=DeliveryStatus.PLANNED, by="Sam")
    send_batch(restored.pk)

    assert states(restored) == [*["accepted"] * 4, "planned"]
    assert InboxMessage.objects.count() == 4


def test_what_the_mail_server_took_is_accepted(restored: Campaign, tmp_path: Path) -> None:
    first, second, *_ = Delivery.objects.order_by("pk")
    lost = make_token(Purpose.DELIVERY, 987_654)
    log = tmp_path / "mail.log"
    lines = [
        *(
            f"x postfix/cleanup[1]: {one.pk:010X}: "
            f"message-id=<{make_token(Purpose.DELIVERY, one.pk)}@localhost>"
            for one in (first, second)
        ),
        *(
            f"x postfix/qmgr[1]: {one.pk:010X}: from=<a@example.org>, size=1, nrcpt=1 (queue "
            f"active)"
            for one in (first, second)
        ),
        json.dumps({"event": "delivered", "ref": lost}),
        "something else",
    ]
    log.write_text("\n".join(lines))
    out = StringIO()

    call_command("after_restore", "--accepted-from", log, "--yes", "--json", stdout=out)

    said = json.loads(out.getvalue())
    assert said["campaigns"] == [
        {"id": restored.pk, "name": restored.name, "uncertain": 2, "accepted": 2}
    ]
    assert said["lines"] == {"understood": 5, "not_understood": 1}
    assert said["unknown"] == 1
    assert states(restored) == ["accepted", "accepted", "uncertain", "uncertain", "planned"]
    assert totals(restored) == recount(restored)


def test_what_had_failed_and_was_tried_again_since_is_accepted_where_the_file_says_so(
    restored: Campaign, tmp_path: Path
) -> None:
    put_off, refused, not_named, *_ = Delivery.objects.order_by("-pk")
    reasons = {put_off: f"{SPENT}6 attempts. 451 later", refused: "550 no such user"}
    reasons[not_named] = reasons[put_off]
    for row, reason in reasons.items():
        Delivery.objects.filter(pk=row.pk).update(status="failed", reason=reason)
    for status, number in recount(restored).by_status.items():
        DeliveryTally.objects.filter(campaign=restored, status=status).update(number=number)
    log = tmp_path / "events.jsonl"
    tokens = [make_token(Purpose.DELIVERY, row.pk) for row in (put_off, refused)]
    log.write_text("\n".join(json.dumps({"event": "delivered", "ref": one}) for one in tokens))
    out = StringIO()

    call_command("after_restore", "--accepted-from", log, "--yes", stdout=out)

    assert "1 email that had failed before the backup was tried again since" in out.getvalue()
    for row in (put_off, refused, not_named):
        row.refresh_from_db()
    assert (put_off.status, put_off.reason) == ("accepted", "")
    assert [refused.status, not_named.status] == ["failed", "failed"], "Nobody says otherwise."
    assert totals(restored) == recount(restored)
    assert totals(restored).adds_up


def test_who_left_since_the_backup_has_left(restored: Campaign) -> None:
    subscription = Subscription.objects.order_by("pk")[0]
    unsubscribe(subscription.pk, method=ConsentMethod.ONE_CLICK)
    Subscription.objects.update(status=SubscriptionStatus.CONFIRMED)
    ConsentRecord.objects.all().delete()

    done = after_restore(by="Sam")

    assert done.opt_outs.applied == 1
    subscription.refresh_from_db()
    assert subscription.status == SubscriptionStatus.UNSUBSCRIBED


def test_single_messages_that_waited_are_in_doubt_and_those_written_since_are_sent(
    restored: Campaign,
) -> None:
    welcome = Rendered("Welcome", "<p>Welcome</p>", "Welcome")
    before, after = (
        queue_message("welcome", to=to, rendered=welcome)
        for to in ("a@example.org", "b@example.org")
    )
    TransactionalMessage.objects.filter(pk=before.pk).update(
        created_at=timezone.now() - timedelta(days=1)
    )
    assert deliver_due() == 0

    done = after_restore(by="Sam")
    deliver_due()

    assert done.messages == 1
    assert dict(TransactionalMessage.objects.values_list("pk", "status")) == {
        before.pk: "uncertain",
        after.pk: "accepted",
    }


def test_other_hosts_send_again_too_and_a_restore_after_it_is_told_again(
    restored: Campaign,
) -> None:
    lost = memory.recall()
    after_restore(by="Sam")
    released = memory.recall()

    # Another host remembers the lost time; a person has spoken since.
    assert lost is not None
    memory.adopt(lost, instead_of=released)
    assert held() is None

    # A backup from before the person's word.
    DatabaseHistory.objects.order_by("-number")[0].delete()
    assert held() is not None
