"""The actions after a restore: what may have left since the backup is put in doubt.

Opt-outs since the backup are replayed, and then sending goes on. A restored database doesn't know
what was claimed after its backup was made. Journals of claims don't either: each goes when its
claim is settled. So whatever a campaign that was being sent still had planned may have left, unless
it could not have been due before now.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from campaigns.audit_actions import RestoreAction
from campaigns.models import Campaign, Delivery
from campaigns.restoring.accepted_mail import AcceptedMail
from campaigns.restoring.end_hold import hold_to_end
from campaigns.restoring.note_as_told import NotedAsTold, note_as_told
from campaigns.restoring.perhaps_sent import PerhapsSent, perhaps_sent
from campaigns.restoring.return_campaigns import return_campaigns
from campaigns.sending.claims.due import is_due
from campaigns.sending.claims.settle import lock_status
from campaigns.sending.deliveries.ledger import ledger_of
from campaigns.states import UNDER_WAY, DeliveryStatus
from newsletter.audit.chain import AUDIT_LOG
from newsletter.audit.record import record
from newsletter.audit.restored import accept_restored
from newsletter.core.db.clock import database_now
from newsletter.core.db.transition import transition
from newsletter.epoch.hold import Hold
from newsletter.epoch.release import release
from newsletter.models import TransactionalMessage
from newsletter.states import MESSAGE_TRANSITIONS, RESTORED_TRANSITIONS, MessageStatus
from newsletter.transport.pacing.retry import SPENT
from staff.sessions.sessions import end_every_session
from subscribers.evidence.chain import CONSENT
from subscribers.opt_outs import journal
from subscribers.people.replay_opt_outs import Replayed, replay

REASON = "The database was restored from a backup, so this may have been sent already."
MARGIN = timedelta(minutes=5)
"""How far the clock of the lost database may have been ahead of ours. What was not due by then has
surely not left."""
_CHUNK = 5_000


@dataclass(frozen=True, slots=True)
class Doubt:
    """One campaign, and how many of its deliveries may have left.

    Args:
        uncertain: newly in doubt.
        accepted: of these, accepted after all by what the file says.
    """

    campaign_id: int
    name: str
    uncertain: int
    accepted: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreReport:
    """The result of `after_restore`.

    Args:
        returned: campaigns that were approved or scheduled, and are drafts again.
        being_written: campaigns that were not approved yet, and may have been sent since all the
            same.
        messages: single messages that may have left.
        told_apart: campaigns whose news may have been told since by messages of people's own.
        tried_again: emails that had failed at the backup because they were put off too often, and
            that the file names as accepted: a person had them tried again since.
        unknown: emails that the file names as accepted, and that this database knows nothing of.
        sessions_ended: of staff who were signed in when the backup was made.
    """

    doubts: list[Doubt] = field(default_factory=list)
    returned: list[PerhapsSent] = field(default_factory=list)
    being_written: list[PerhapsSent] = field(default_factory=list)
    messages: int = 0
    messages_accepted: int = 0
    told_apart: list[NotedAsTold] = field(default_factory=list)
    tried_again: int = 0
    unknown: int = 0
    sessions_ended: int
    opt_outs: Replayed


def deliveries_in_doubt(*, now: datetime) -> list[Doubt]:
    """List the campaigns whose deliveries `after_restore` would put in doubt. Changes nothing."""
    found = []
    for campaign in Campaign.objects.filter(status__in=UNDER_WAY).order_by("pk"):
        rows = Delivery.objects.filter(
            is_due(now + MARGIN) | Q(status=DeliveryStatus.CLAIMED), campaign=campaign
        )
        found.append(Doubt(campaign.pk, campaign.name, rows.count()))
    return found


def backup_at(hold: Hold | None, since: datetime | None, *, now: datetime) -> datetime:
    """Return when the backup was made, as far as is known: not before the newest record in it."""
    return since or (hold.newest_at if hold else None) or _met(hold, now)


def after_restore(
    *,
    by: str,
    since: datetime | None = None,
    accepted_mail: AcceptedMail | None = None,
    now: datetime | None = None,
) -> RestoreReport:
    """Put in doubt what may have left, replay the opt-outs, and open sending again.

    It may be repeated where it was interrupted.

    Args:
        by: who restored the database.
        since: when the backup was made; None: as the hold says. Single messages that were written
            later are sent.
        accepted_mail: what was accepted, by the mail server's log or the provider.

    Raises:
        NotRestored: nothing is held, and `since` isn't given.
    """
    now = now or database_now()
    hold = hold_to_end(since=since, now=now)
    # Some may have been ended since the backup, such as those of somebody who was shut out.
    sessions_ended = end_every_session()
    opt_outs = replay(journal.journals())
    doubts = [_put_in_doubt(campaign, now=now) for campaign in _with_open_deliveries()]
    lost = perhaps_sent(backup_at=backup_at(hold, since, now=now), restored_at=_met(hold, now))
    returned = return_campaigns(lost, by=by)
    told_apart = note_as_told()
    messages = _put_messages_in_doubt(before=since or _met(hold, now), now=now)
    mail = accepted_mail or AcceptedMail()
    accepted, tried_again, unknown = _accept_deliveries(mail.deliveries, now=now)
    messages_accepted, unknown_messages = _accept_messages(mail.messages, now=now)
    release(by=by, now=now, restored_at=_met(hold, now))
    record(RestoreAction.DONE)
    accept_restored(AUDIT_LOG)
    accept_restored(CONSENT)
    return RestoreReport(
        doubts=[
            Doubt(one.campaign_id, one.name, one.uncertain, accepted.get(one.campaign_id, 0))
            for one in doubts
        ],
        returned=returned,
        being_written=[one for one in lost if not one.was_ready],
        messages=messages,
        messages_accepted=messages_accepted,
        told_apart=told_apart,
        tried_again=tried_again,
        unknown=unknown + unknown_messages,
        sessions_ended=sessions_ended,
        opt_outs=opt_outs,
    )


def _met(hold: Hold | None, now: datetime) -> datetime:
    return hold.since if hold else now


def _with_open_deliveries() -> list[Campaign]:
    claimed = Delivery.objects.filter(status=DeliveryStatus.CLAIMED).values("campaign_id")
    return list(Campaign.objects.filter(Q(status__in=UNDER_WAY) | Q(pk__in=claimed)).order_by("pk"))


def _put_in_doubt(campaign: Campaign, *, now: datetime) -> Doubt:
    rows = Delivery.objects.filter(campaign=campaign)
    doubt: dict[str, Any] = {
        "reason": REASON,
        "settled_at": now,
        "retry_at": None,
        # No late worker and no journal may contradict it.
        "claim_token": None,
        "lease_until": None,
        "same_key_until": None,
    }
    with ledger_of(campaign.pk) as ledger:
        lock_status(campaign.pk)  # so that nobody cancels it meanwhile
        number = ledger.transition(rows, DeliveryStatus.CLAIMED, DeliveryStatus.UNCERTAIN, **doubt)
        # Should a person plan it again, what a provider tells late still counts for it: it may have
        # been attempted.
        due = rows.filter(is_due(now + MARGIN))
        for attempt, attempted in ((due.filter(attempt=0), {"attempt": 1}), (due, {})):
            number += ledger.transition(
                attempt, DeliveryStatus.PLANNED, DeliveryStatus.UNCERTAIN, **doubt, **attempted
            )
        rows.filter(status=DeliveryStatus.UNCERTAIN).exclude(claim_token=None).update(
            claim_token=None
        )
    return Doubt(campaign.pk, campaign.name, number)


def _put_messages_in_doubt(*, before: datetime, now: datetime) -> int:
    due = Q(retry_at=None) | Q(retry_at__lte=now + MARGIN)
    claimed = Q(status=MessageStatus.CLAIMED)
    queued = Q(status=MessageStatus.QUEUED, created_at__lte=before) & due
    changes = {
        "reason": REASON,
        "settled_at": now,
        "retry_at": None,
        "claim_token": None,
        "lease_until": None,
    }
    return transition(
        TransactionalMessage.objects.filter(claimed | queued),
        RESTORED_TRANSITIONS,
        MessageStatus.UNCERTAIN,
        **changes,
    )


def _accept_deliveries(ids: Collection[int], *, now: datetime) -> tuple[dict[int, int], int, int]:
    accepted, tried_again, known = defaultdict[int, int](int), 0, 0
    for some in _chunks(ids):
        by_campaign = defaultdict[int, list[int]](list)
        for pk, campaign_id in Delivery.objects.filter(pk__any_of=some).values_list(
            "pk", "campaign_id"
        ):
            by_campaign[campaign_id].append(pk)
            known += 1
        for campaign_id, found in sorted(by_campaign.items()):
            with ledger_of(campaign_id) as ledger:
                rows = Delivery.objects.filter(pk__any_of=found)
                done: dict[str, Any] = {
                    "reason": "",
                    "settled_at": now,
                    "claim_token": None,
                    "retry_at": None,
                    "same_key_until": None,
                }
                accepted[campaign_id] += ledger.transition(
                    rows, DeliveryStatus.UNCERTAIN, DeliveryStatus.ACCEPTED, **done
                )
                # Otherwise whoever looks for those whom it didn't reach would write to them again.
                put_off = rows.filter(reason__startswith=SPENT)
                tried_again += ledger.find_accepted(put_off, **done)
    return accepted, tried_again, len(ids) - known


def _accept_messages(ids: Collection[int], *, now: datetime) -> tuple[int, int]:
    accepted = known = 0
    for some in _chunks(ids):
        rows = TransactionalMessage.objects.filter(pk__in=some)
        known += rows.count()
        with transaction.atomic():
            doubtful = rows.filter(status=MessageStatus.UNCERTAIN)
            accepted += transition(
                doubtful,
                MESSAGE_TRANSITIONS,
                MessageStatus.ACCEPTED,
                reason="",
                settled_at=now,
                claim_token=None,
            )
    return accepted, len(ids) - known


def _chunks(ids: Iterable[int]) -> Iterable[list[int]]:
    ordered = sorted(ids)
    return (ordered[at : at + _CHUNK] for at in range(0, len(ordered), _CHUNK))
