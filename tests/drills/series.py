"""The faults of a history whose campaigns are steps of an event's series."""

from collections.abc import Iterable, Iterator, Mapping
from time import time
from typing import TYPE_CHECKING, Any

from tests.drills.provider_account import Sums

if TYPE_CHECKING:
    from tests.drills.stage import Stage

type Fault = Iterator[float]

SENT_ONCE = ("save_the_date", "invitation")
"""Steps that nobody gets again for another date."""


def answers(stage: "Stage") -> Fault:
    """Have people answer who wait for a reminder, or for joining details."""
    for _ in range(stage.dice.randint(6, 20)):
        yield from stage.somebody_leaves(
            "answer",
            place=stage.dice.random(),
            says=stage.dice.choice(("yes", "no", "no", "maybe")),
        )
        yield stage.dice.uniform(0, 0.3)


def moved(stage: "Stage") -> Fault:
    """Move the event, once or twice."""
    yield from _until_all_are_launched(stage)
    for _ in range(stage.dice.choice((1, 2))):
        yield from stage.hand.ask("move", hours=stage.dice.choice((1, 24, 24 * 7)))
        yield stage.dice.uniform(0, 1)


def called_off(stage: "Stage") -> Fault:
    """Call the event off."""
    yield from _until_all_are_launched(stage)
    yield from stage.hand.ask("call_off")
    stage.left.begin(stage.hand.answer["kept"], deed="call_off", at=time())


def drafted_anew(stage: "Stage") -> Fault:
    """Stop a step, draft it anew, and launch it: one that has reached some people, if there is."""
    yield from _until_all_are_launched(stage)
    snapshot = stage.peek()
    under_way = [
        campaign
        for campaign in stage.campaigns
        if snapshot
        and snapshot.counts.get((campaign, "accepted"))
        and snapshot.counts.get((campaign, "planned"))
    ]
    campaign = stage.dice.choice(under_way or stage.campaigns)
    yield from stage.hand.ask("draft_anew", campaign=campaign)
    stage.campaigns += stage.hand.answer["campaigns"]


def changes_sent(stage: "Stage") -> Fault:
    """Send what tells of changes as soon as it may leave, as staff do who wait for it."""
    while True:
        yield 0.5
        snapshot = stage.peek()
        if snapshot is None or not any(
            status in ("draft", "approved") and campaign not in stage.campaigns
            for campaign, (status, _, _) in snapshot.campaigns.items()
        ):
            continue
        yield from stage.hand.ask("send_changes")
        if launched := stage.hand.answer["campaigns"]:
            stage.campaigns += launched
            stage.strike_again()


def _until_all_are_launched(stage: "Stage") -> Fault:
    """Wait for the launches: whatever takes an approval away before would leave nothing to send."""
    while True:
        snapshot = stage.peek()
        states = (
            {snapshot.campaigns[campaign][0] for campaign in stage.campaigns}
            if snapshot
            else {"draft"}
        )
        if not states & {"draft", "approved", "scheduled"}:
            return
        yield 0.1


def sent_twice(deliveries: Iterable[Mapping[str, Any]], account: Sums) -> Iterable[str]:
    """Find people whom the provider has taken a step for twice, for the same date."""
    copies: dict[tuple[object, ...], list[int]] = {}
    for row in deliveries:
        step, person = row["campaign__step"], row["subscriber_id"]
        if not step or person is None:
            continue
        date = "" if step in SENT_ONCE else row["campaign__step_of"]
        for _ in account.taken.get(row["ref"], ()):
            copies.setdefault((step, person, date), []).append(row["id"])
    for (step, person, _), ids in copies.items():
        if len(ids) > 1:
            yield f"subscriber {person} got the step {step} by the deliveries {ids}"
