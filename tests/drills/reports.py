"""The faults of what comes in while campaigns are sent: reports, bounces, sign-ups."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING, Any

from tests.drills.bounces import bounce_mail, noise
from tests.drills.hosts import WEB

if TYPE_CHECKING:
    from tests.drills.books import Snapshot
    from tests.drills.stage import Stage

type Fault = Iterator[float]

REPORTING = frozenset({"brevo", "mailgun", "mailjet", "postmark", "resend", "ses"})
"""The providers whose webhooks are played."""
LONGEST_WAIT = 30.0
"""Seconds for which `_until` waits."""
CATCHING_UP = 2.0
"""Seconds in which a provider takes what it was asked before."""
MOST_HARD = 2
"""The most hard bounces of one history: with more, the guard would stop its campaigns."""


def note(told: dict[str, str], ref: str, case: str) -> None:
    """Note what a genuine report says of a message.

    Several faults of a history may report the same message, one after the other. What bounced hard
    once stays bounced, whatever else is reported before or afterwards
    (campaigns.sending.reported_by_provider).
    """
    if told.get(ref) != "hard":
        told[ref] = case


def webhooks(stage: "Stage") -> Fault:
    """Report messages: not all of them, in no order, some twice, and some by forgery."""
    if stage.plan.kind not in REPORTING:
        return
    known, hard = set[str](), MOST_HARD
    for _ in range(4):
        reports = list(_reports(stage, known, hard))
        hard -= sum(
            report["case"] == "hard" and report["ref"] in known and not report["is_forged"]
            for report in reports
        )
        stage.dice.shuffle(reports)
        yield from stage.hand.ask("webhooks", kind=stage.plan.kind, reports=reports)
        yield stage.dice.uniform(0.5, 2)


def _reports(stage: "Stage", known: set[str], hard: int) -> Iterator[dict[str, Any]]:
    dice = stage.dice
    for line in stage.account.taken():
        if line["ref"] in known or dice.random() < 0.2:
            continue
        known.add(line["ref"])
        case = "hard" if hard > 0 and dice.random() < 0.05 else "delivered"
        hard -= case == "hard"
        report = {
            "case": case,
            "ref": line["ref"],
            "recipient": line["to"],
            "message_id": line["id"],
        }
        yield {**report, "times": dice.choice((1, 1, 2)), "is_forged": False}
        note(stage.told, line["ref"], case)
        if dice.random() < 0.1:
            yield {**report, "case": "hard", "times": 1, "is_forged": True}
        if dice.random() < 0.1:
            yield {
                **report,
                "case": "hard",
                "recipient": "mallory@mail.example",
                "message_id": "",
                "times": 1,
                "is_forged": False,
            }


def doubts_resolved(stage: "Stage") -> Fault:
    """Have what is in doubt sent again by a person, while the provider's events about it arrive.

    A delivery that is reported as delivered may not be sent a second time, whichever comes first:
    the person's decision or the event.
    """
    for _ in range(4):
        yield stage.dice.uniform(1, 2)
        campaign = stage.dice.choice(stage.campaigns)
        yield from stage.hand.ask("pause", campaign=campaign)
        if not stage.hand.answer["paused"]:
            continue
        # What is in flight when a campaign is paused may still be in doubt afterwards.
        yield from _until(stage, lambda snapshot: not snapshot.number("claimed"))
        # A silent provider's log tells a person nothing: it may still take what it was asked.
        while stage.is_provider_silent:
            yield 0.2
        yield CATCHING_UP
        if stage.dice.random() < 0.5:
            yield from _report_what_arrived(stage)
            yield from stage.hand.ask("resolve_doubts", campaign=campaign)
        else:
            yield from stage.hand.ask("resolve_doubts", campaign=campaign)
            yield from _report_what_arrived(stage)
        yield from _until(stage, lambda snapshot: not snapshot.unread)
        yield from stage.hand.ask("resume", campaign=campaign)


def _until(stage: "Stage", has_come: "Callable[[Snapshot], bool]") -> Fault:
    """Wait until the ledger is in a state, but no longer than LONGEST_WAIT."""
    end = monotonic() + LONGEST_WAIT
    while monotonic() < end and ((snapshot := stage.peek()) is None or not has_come(snapshot)):
        yield 0.2


def _report_what_arrived(stage: "Stage") -> Fault:
    """Report all as delivered that the provider has taken and not yet reported."""
    reports = [
        {
            "case": "delivered",
            "ref": line["ref"],
            "recipient": line["to"],
            "message_id": line["id"],
            "times": 1,
            "is_forged": False,
        }
        for line in stage.account.taken()
        if line["ref"] not in stage.told
    ]
    yield from stage.hand.ask("webhooks", kind=stage.plan.kind, reports=reports)
    for report in reports:
        note(stage.told, str(report["ref"]), "delivered")


def sign_ups(stage: "Stage") -> Fault:
    """Sign people up three times, while the mail server drops some of their confirmations."""
    for number in range(3):
        yield from stage.hand.ask("sign_up", people=24)
        # Those whose first confirmation failed or is in doubt may get one more; nobody else may.
        # It may come to that after the second sign-up, where the machine is slow.
        for address, states in stage.hand.answer["before"].items() if number else ():
            if states:
                stage.confirmations[address].append(states[0])
        yield from _until(
            stage, lambda snapshot: not {"queued", "claimed"} & set(snapshot.messages)
        )


def bounce_mails(stage: "Stage") -> Fault:
    """Put bounces into the bounce mailbox, among other mail, and break its connection at times."""
    dice, known, hard = stage.dice, set[str](), MOST_HARD
    for _ in range(4):
        yield dice.uniform(0.5, 2)
        mails = []
        for line in stage.account.taken_by_smtp():
            if line["ref"] in known or dice.random() < 0.7:
                continue
            known.add(line["ref"])
            if hard > 0:
                hard -= 1
                note(stage.told, line["ref"], "hard")
                mails += [bounce_mail(line["ref"], line["to"])] * dice.choice((1, 2))
            else:
                mails.append(noise(line["ref"], line["to"], dice))
        dice.shuffle(mails)
        stage.mailbox.dies_at = dice.choice(("", "", "UID FETCH", "UID STORE"))
        stage.mailbox.put(*mails)
    stage.mailbox.dies_at = ""


def web_killed(stage: "Stage") -> Fault:
    """Kill the web processes again and again, while providers report and subscribers leave.

    Both ask again until they get an answer.
    """
    stage.also(_kill_web(stage))
    known = set[str]()
    for _ in range(4):
        reports = [report for report in _reports(stage, known, 0) if not report["is_forged"]]
        yield from stage.hand.ask("bring", url=stage.web_url, kind=stage.plan.kind, reports=reports)
        yield from stage.somebody_leaves(
            "leave_by_web", place=stage.dice.random(), url=stage.web_url
        )
        yield stage.dice.uniform(0.2, 1)


def _kill_web(stage: "Stage") -> Fault:
    host = stage.hosts[0]
    for _ in range(5):
        yield stage.dice.uniform(0.3, 1.5)
        if stage.dice.random() < 0.5:
            host.kill(WEB)
        elif children := host.children(WEB):
            with suppress(ProcessLookupError):
                os.kill(stage.dice.choice(children), signal.SIGKILL)
