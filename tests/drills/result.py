"""The result of a history: its figures, and the promises that were broken.

The provider's log is compared with our rows.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from tests.drills.faults import LONGEST_SILENCE
from tests.drills.patience import SEND_BATCH_SIZE
from tests.drills.plan import Plan
from tests.drills.provider_account import Sums
from tests.drills.scenery import TIMEOUT
from tests.drills.series import sent_twice
from tests.drills.stage import Stage
from tests.drills.timing import sent_too_early, wrongly_timed
from tests.drills.told import faults_of_changes, number_told

NOT_SENT = frozenset({"failed", "skipped"})
SENT = frozenset({"accepted", "delivered", "bounced"})
DOUBTS = 2
"""Of newsletter.transport.bulk.dispatch."""
MESSAGES_OF_A_CLAIM = 20
"""CLAIM_SIZE of newsletter.outbox.deliver."""
OPEN = frozenset({"planned", "claimed", "queued"})


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryResult:
    """The result of a history.

    Args:
        uncertain, bound: deliveries in doubt at the end, and the most that there may be.
        recovery: seconds from the end of the last fault to the end of the campaigns.
        changes, told: changes of an event that staff had people told of, and the emails by which
            they were.
        complaints: promises that were broken.
        evidence: rows and logs, where promises were broken.
    """

    seed: int
    mode: str
    hosts: int
    provider: str
    faults: str
    struck_by: tuple[str, ...]
    recipients: int
    accepted: int = 0
    failed: int = 0
    skipped: int = 0
    uncertain: int = 0
    changes: int = 0
    told: int = 0
    bound: int = 0
    interruptions: int = 0
    recovery: float = 0.0
    slowest_end: float = 0.0
    seconds: float = 0.0
    complaints: tuple[str, ...] = ()
    evidence: str = field(default="", repr=False)

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


def judge(stage: Stage, *, seconds: float) -> HistoryResult:
    """Compare our rows with the provider's log, after the end of a history.

    Args:
        seconds: that the history took.
    """
    report = stage.do("report")
    account = stage.account.sums()
    deliveries: list[dict[str, Any]] = report["deliveries"]
    complaints = [
        *stage.complaints,
        *_by_row("deliveries", deliveries, account),
        *_by_row("single messages", _not_bounced(report["messages"], stage.told), account),
    ]
    complaints += stage.left.told_all_the_same(deliveries, account)
    complaints += sent_twice(deliveries, account)
    complaints += faults_of_changes(report, account)
    if stage.restored_doubts is None:
        complaints += wrongly_timed(deliveries)
    if stage.is_on_services or "wall clock moved" not in stage.plan.struck_by:
        complaints += sent_too_early(deliveries, account)
    if stage.restored_doubts is None:  # otherwise what was reported since the backup is lost
        complaints += _of_what_was_told(deliveries, stage.told)
    complaints += _of_confirmations(report["messages"], stage.confirmations)
    by_status = Counter(row["status"] for row in deliveries)
    bound = bound_of_doubt(stage, account) + (stage.restored_doubts or 0)
    if by_status["uncertain"] > bound:
        complaints.append(
            f"{by_status['uncertain']} deliveries are uncertain, where {bound} may be"
        )
    doubtful = sum(row["status"] == "uncertain" for row in report["messages"])
    # Single messages are sent one after the other, and none learns from the one before that nobody
    # answers.
    if (
        doubtful - stage.restored_messages
        > stage.interruptions
        + stage.lost_messages * MESSAGES_OF_A_CLAIM
        + account.ambiguities
        + stage.silences * stage.plan.hosts * 2 * LONGEST_SILENCE / TIMEOUT
    ):
        complaints.append(f"{doubtful} single messages are uncertain, and nothing explains it")
    return result_of(
        stage.plan,
        accepted=sum(by_status[status] for status in SENT),
        failed=by_status["failed"],
        skipped=by_status["skipped"],
        uncertain=by_status["uncertain"],
        changes=len(report["changes"]),
        told=number_told(deliveries, account),
        bound=bound,
        interruptions=stage.interruptions,
        recovery=round(stage.recovery, 1),
        slowest_end=round(stage.slowest_end, 1),
        seconds=round(seconds, 1),
        complaints=tuple(complaints),
        evidence=_evidence(stage, deliveries, account) if complaints else "",
    )


def result_of(plan: Plan, **values: Any) -> HistoryResult:
    """Return the result of the history of `plan` with these values."""
    provider = f"{plan.kind} ×{plan.batch}" if plan.batch > 1 else plan.kind
    recipients = plan.recipients * plan.campaigns
    return HistoryResult(
        seed=plan.seed,
        mode=plan.mode,
        hosts=plan.hosts,
        provider=provider,
        faults=plan.faults,
        struck_by=tuple(sorted(plan.struck_by | plan.wishes.parts)),
        recipients=recipients,
        **values,
    )


def bound_of_doubt(stage: Stage, account: Sums) -> int:
    """Return the most deliveries that may be uncertain.

    These are one call for each connection of a process that was cut short, and one for each
    ambiguous answer. A provider that falls silent leaves open what each connection has asked, and
    at least two calls of each worker, which then lets it rest. With a host its journals are lost,
    and whole claims are in doubt. Resend, asked again with the same
    key, gives its first answer, so nothing stays open for long. Brevo only says that it knows the
    key.
    """
    plan = stage.plan
    if plan.kind == "resend":
        # It isn't asked again about somebody who left meanwhile. And where it refuses an address
        # after an ambiguous answer, nobody knows if it looked at the key first.
        refused = plan.refused if account.ambiguities else 0
        return (stage.leavers + refused) * plan.campaigns
    silent = stage.silences * plan.hosts * 2 * max(plan.in_flight, DOUBTS * plan.batch)
    lost = stage.lost_claims * SEND_BATCH_SIZE
    return stage.interruptions * plan.in_flight + account.ambiguities * plan.batch + silent + lost


def _by_row(kind: str, rows: Iterable[Mapping[str, Any]], account: Sums) -> Iterable[str]:
    found: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        copies, status = len(account.taken.get(row["ref"], ())), row["status"]
        if copies > 1:
            found[f"are {status}, and the provider has them more than once"].append(row["id"])
        if status in SENT and not copies:
            found[f"are {status}, and the provider knows nothing of them"].append(row["id"])
        if status in NOT_SENT and copies:
            found[f"are {status}, and the provider has them"].append(row["id"])
        if status in OPEN:
            found[f"are still {status}"].append(row["id"])
    for what, ids in found.items():
        yield (
            f"{len(ids)} {kind} {what}: "
            f"{', '.join(map(str, ids[:10]))}{' …' if len(ids) > 10 else ''}"
        )


def _not_bounced(
    messages: Iterable[Mapping[str, Any]], told: Mapping[str, str]
) -> list[Mapping[str, Any]]:
    """Leave out the single messages that failed because the provider has reported a hard bounce."""
    return [
        row
        for row in messages
        if not (row["status"] == "failed" and told.get(row["ref"]) == "hard")
    ]


def _of_what_was_told(
    deliveries: Iterable[Mapping[str, Any]], told: Mapping[str, str]
) -> Iterable[str]:
    for row in deliveries:
        said, status = told.get(row["ref"], ""), row["status"]
        if (said and status not in ("delivered", "bounced")) or (said == "hard") != (
            status == "bounced"
        ):
            yield f"delivery {row['id']} is {status}, and the provider has said {said or 'nothing'}"


def _of_confirmations(
    messages: Iterable[Mapping[str, Any]], before: Mapping[str, list[str]]
) -> Iterable[str]:
    """Check who got a second confirmation: only those whose first failed or is in doubt."""
    number = Counter(row["to"] for row in messages if row["kind"] == "confirmation")
    for address, states in before.items():
        wanted = 2 if {"failed", "uncertain"} & set(states) else 1
        if number[address] != wanted:
            yield (
                f"{address}, whose first confirmation was {' and then '.join(states)}, has "
                f"{number[address]} of them, where {wanted} were due"
            )


def _evidence(stage: Stage, deliveries: Iterable[Mapping[str, Any]], account: Sums) -> str:
    odd = [
        f"{_shortly(row)} taken {account.taken.get(row['ref'], [])}"
        for row in deliveries
        if row["status"] not in SENT or len(account.taken.get(row["ref"], ())) != 1
    ]
    logs = "\n".join(host.tail() for host in stage.hosts)
    return "\n".join(
        [*odd[:8], f"faults of the provider: {dict(account.faults)}", *stage.hand.errors[:10], logs]
    )


def _shortly(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value not in (None, "") and name != "ref"}
