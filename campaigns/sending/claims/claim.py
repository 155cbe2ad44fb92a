"""Claiming: a worker takes planned deliveries for itself, committed before any network call."""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import F, OuterRef, QuerySet, Subquery

from campaigns.audience.looked_at_again import NOT_LOOKED_AT, StillFitting, who_still_fits
from campaigns.models import Campaign, Delivery, DeliveryTally
from campaigns.sending.claims.due import lock_due
from campaigns.sending.claims.skip import skip_reason
from campaigns.sending.deliveries.ledger import Ledger, ledger_of
from campaigns.sending.deliveries.reported import DECIDED, awaiting_report
from campaigns.states import CampaignStatus, DeliveryStatus
from newsletter.core.db.clock import database_now
from newsletter.core.db.planner import row_by_row
from newsletter.core.standstill import elapsed
from newsletter.epoch.advance import advance_unless_held
from subscribers.states import SubscriptionStatus

_PLANNED = Subquery(
    DeliveryTally.objects.filter(campaign=OuterRef("pk"), status=DeliveryStatus.PLANNED).values(
        "number"
    )
)

_DECIDING = (
    "topic",
    "kind",
    "event",
    "local_time",
    "canary_last_id",
    "canary_ended_at",
    "audience__rule",
    "audience__conditions",
)

type _Others = Mapping[tuple[DeliveryStatus, str], list[int]]
"""Rows that are not claimed, by what they become and why. Those that stay planned wait: until an
event about them is processed, or, with _DISCREET, until there is a neutral sender."""

HELD_FOR = timedelta(minutes=10)
"""The time after which deliveries to people in discreet mode are looked at again, where they wait
for a neutral sender."""
_DISCREET = "discreet"


class ClaimedDelivery(NamedTuple):
    """One delivery of a claim, with all that its email needs.

    A subscriber who is erased meanwhile need not be looked up again. `attempt` is the number of
    this attempt, from 1, and `attempts_before` of those that don't count any more.
    `same_key_until` is set where an earlier one is in doubt. `discreet_since` is set where the
    recipient is in discreet mode.
    """

    pk: int
    attempt: int
    language: str
    subscriber_id: int
    subscription_id: int
    email: str
    given_name: str
    full_name: str
    time_zone: str
    same_key_until: datetime | None
    greeting: str = ""
    salutation: str = ""
    discreet_since: datetime | None = None
    attempts_before: int = 0

    @property
    def counted_attempt(self) -> int:
        """The number of this attempt among those that count."""
        return self.attempt - self.attempts_before


_WHO = ClaimedDelivery._fields.index("subscriber_id")


@dataclass(frozen=True, slots=True)
class Claim:
    """Deliveries that are this worker's alone until the lease runs out.

    Args:
        lease_until: by the database's clock.
        last_id: of the last row that was claimed; the next claim may begin behind it.
        left: how many others of the campaign are planned, by its tallies: due or not, for this
            mailer or another.
        claimed_at: by `elapsed`, which no change of the wall clock moves, and which goes on while
            the host is suspended.
    """

    campaign_id: int
    token: uuid.UUID
    lease_until: datetime
    deliveries: Sequence[ClaimedDelivery]
    skipped: int = 0
    last_id: int = 0
    left: int = 0
    claimed_at: float = field(default_factory=elapsed)

    @property
    def claimed_from(self) -> datetime:
        """The moment of the claim, by the database's clock."""
        return self.lease_until - settings.CLAIM_LEASE

    @property
    def found_nothing(self) -> bool:
        """Return whether no delivery was due: not even one that had to be skipped."""
        return not self.deliveries and not self.skipped


def claim(
    campaign_id: int,
    *,
    size: int,
    mailer: str = "",
    token: uuid.UUID | None = None,
    after: int = 0,
    now: datetime | None = None,
    holds_discreet: bool = False,
) -> Claim:
    """Claim up to `size` planned deliveries that are due, in a handful of statements.

    A delivery is skipped where its recipient has unsubscribed, paused, been suppressed or been
    erased since launch, or fits no more what the campaign's audience says of answers. One that
    reached its recipient by an earlier attempt, as the provider reports, is not claimed again. The
    campaign's row is locked first, so that after a pause or a cancellation has committed nothing
    more is claimed. Nothing is claimed while sending is held.

    Args:
        campaign_id: a campaign; one that isn't sending gives an empty claim.
        size: at most so many rows.
        mailer: the name of the mailer that will send them. A delivery that may be repeated under
            its idempotency key alone is left to the mailer that has seen the key.
        token: the claim's name, where it has been given one already.
        after: begin behind this id. A hint that spares looking again at rows which have just been
            claimed; a caller that finds nothing asks again without it.
        now: the present; the database's where none is given.
        holds_discreet: whether recipients in discreet mode wait, because there is no neutral
            sender.
    """
    started, token = elapsed(), token or uuid.uuid4()
    # The database's clock: hosts whose clocks differ must agree on when a lease ends.
    now = now or database_now()
    lease_until = now + settings.CLAIM_LEASE
    with ledger_of(campaign_id) as ledger:
        sending = Campaign.objects.filter(pk=campaign_id, status=CampaignStatus.SENDING)
        if not sending.update(last_claim_at=now):
            return Claim(campaign_id, token, lease_until, [])
        if advance_unless_held(now=now):
            return Claim(campaign_id, token, lease_until, [])
        # The database knows how often each campaign, state and id occurs, and takes it for chance
        # that they occur together.
        row_by_row()
        campaign, planned = _read(sending)
        rows = list(lock_due(campaign, mailer=mailer, after=after, now=now)[:size])
        claimed, others = _sorted_out(
            rows,
            now=now,
            holds_discreet=holds_discreet,
            skips_discreet=campaign.asks_for_consent,
            fitting=who_still_fits(campaign, among=[row[_WHO] for row in rows]),
        )
        for (to, reason), ids in others.items():
            if to is DeliveryStatus.PLANNED:
                # Not due for a while, so that no worker asks for them again and again.
                wait = HELD_FOR if reason == _DISCREET else settings.WAKE_AFTER
                Delivery.objects.filter(pk__any_of=ids).update(retry_at=now + wait)
            else:
                _transition(
                    ledger,
                    ids,
                    to,
                    settled_at=now,
                    **DECIDED,
                    **({"reason": reason} if reason else {}),
                )
        _transition(
            ledger,
            [one.pk for one in claimed],
            DeliveryStatus.CLAIMED,
            claim_token=token,
            lease_until=lease_until,
            retry_at=None,
            attempt=F("attempt") + 1,
            mailer=mailer,
            sent_to="",  # what is sent now goes to the present address
        )
    return Claim(
        campaign_id,
        token,
        lease_until,
        claimed,
        skipped=len(rows) - len(claimed),
        last_id=max((one.pk for one in claimed), default=after),
        left=planned - len(rows),
        claimed_at=started,
    )


def _read(sending: QuerySet[Campaign]) -> tuple[Campaign, int]:
    """Return what decides about all rows of a claim: the campaign, and how many wait."""
    rows = sending.annotate(planned=_PLANNED).select_related("audience").only(*_DECIDING)
    campaign = rows.get()
    return campaign, campaign.planned or 0


def _sorted_out(
    rows: Sequence[tuple[Any, ...]],
    *,
    now: datetime,
    holds_discreet: bool = False,
    skips_discreet: bool = False,
    fitting: StillFitting = NOT_LOOKED_AT,
) -> tuple[list[ClaimedDelivery], _Others]:
    """Part the deliveries to claim from the others, and say what becomes of those.

    Args:
        fitting: subscribers who fit what the campaign's audience says of answers.
    """
    claimed: list[ClaimedDelivery] = []
    others: defaultdict[tuple[DeliveryStatus, str], list[int]] = defaultdict(list)
    tried: list[int] = []
    today = now.astimezone(UTC).date()
    for *wanted, status, last_day, paused_until, is_suppressed, has_left, mailer, told in rows:
        one = ClaimedDelivery(*wanted)
        if told:
            others[DeliveryStatus(str(told)), ""].append(one.pk)
            continue
        is_confirmed = status == SubscriptionStatus.CONFIRMED and not has_left
        reason = skip_reason(
            is_erased=one.subscriber_id is None,
            is_suppressed=bool(is_suppressed),
            is_confirmed=is_confirmed,
            # The clock, which ends memberships and pauses, may be late.
            is_over=last_day is not None and last_day < today,
            is_paused=paused_until is not None and paused_until > now,
            is_discreet=skips_discreet and one.discreet_since is not None,
            has_answered=fitting.fits_not(fitting.by_rule, one.subscriber_id),
            fits_no_more=fitting.fits_not(fitting.by_conditions, one.subscriber_id),
        )
        if reason is None and holds_discreet and one.discreet_since is not None:
            others[DeliveryStatus.PLANNED, _DISCREET].append(one.pk)
        elif reason is None:
            claimed.append(one)
            if mailer:
                tried.append(one.pk)
        else:
            # They won't be asked about again, and an earlier attempt may have reached them.
            to = DeliveryStatus.UNCERTAIN if one.same_key_until else DeliveryStatus.SKIPPED
            others[to, reason].append(one.pk)
    if waiting := awaiting_report(tried) if tried else None:
        others[DeliveryStatus.PLANNED, ""] = sorted(waiting)
        claimed = [one for one in claimed if one.pk not in waiting]
    return claimed, others


def _transition(ledger: Ledger, ids: list[int], to: DeliveryStatus, **changes: object) -> None:
    if ids:
        # The range says nothing new, but PostgreSQL then finds the rows at once, whatever it
        # believes of a campaign just begun.
        rows = Delivery.objects.filter(pk__any_of=ids, pk__range=(ids[0], ids[-1]))
        ledger.transition(rows, DeliveryStatus.PLANNED, to, **changes)
