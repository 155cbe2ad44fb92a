"""What providers, mail servers and readers bring while campaigns are sent."""

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
"""Providers whose webhooks come here."""
LONGEST_WAIT = 30.0
"""Seconds."""
MOST_HARD = 2
"""Hard bounces of one history: more would have the guard stop its campaigns."""


def webhooks(stage: "Stage") -> Fault:
    """What providers bring: not all of it, in no order, some of it twice, and some of it forged."""
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
    for line in stage.taken():
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
        stage.told[line["ref"]] = case
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
    """Somebody looks at what is in doubt and has it sent again, while the provider's events about it arrive.

    Nobody who is reported as delivered may get a second copy, whichever comes first: the person's
    word or the event.
    """
    for _ in range(4):
        yield stage.dice.uniform(1, 2)
        campaign = stage.dice.choice(stage.campaigns)
        yield from stage.hand.ask("pause", campaign=campaign)
        if not stage.hand.answer["paused"]:
            continue
        # What is in flight when a campaign is paused may still be in doubt afterwards.
        yield from _until(stage, lambda snapshot: not snapshot.number("claimed"))
        if stage.dice.random() < 0.5:
            yield from _tell_what_arrived(stage)
            yield from stage.hand.ask("resolve_doubts", campaign=campaign)
        else:
            yield from stage.hand.ask("resolve_doubts", campaign=campaign)
            yield from _tell_what_arrived(stage)
        yield from _until(stage, lambda snapshot: not snapshot.unread)
        yield from stage.hand.ask("resume", campaign=campaign)


def _until(stage: "Stage", has_come: "Callable[[Snapshot], bool]") -> Fault:
    """Wait for the ledger to say so, and go on without it where a fault keeps it from that."""
    end = monotonic() + LONGEST_WAIT
    while monotonic() < end and ((snapshot := stage.peek()) is None or not has_come(snapshot)):
        yield 0.2


def _tell_what_arrived(stage: "Stage") -> Fault:
    """Everything that the provider has taken and not told yet is delivered."""
    reports = [
        {
            "case": "delivered",
            "ref": line["ref"],
            "recipient": line["to"],
            "message_id": line["id"],
            "times": 1,
            "is_forged": False,
        }
        for line in stage.taken()
        if line["ref"] not in stage.told
    ]
    yield from stage.hand.ask("webhooks", kind=stage.plan.kind, reports=reports)
    stage.told.update({str(report["ref"]): "delivered" for report in reports})


def sign_ups(stage: "Stage") -> Fault:
    """People sign up, and the mail server drops some of their confirmations; then they try again, twice."""
    for number in range(3):
        yield from stage.hand.ask("sign_up", people=24)
        # What became of the ones before: who has a doubtful or failed one may have one more, and
        # nobody else may.
        if number == 1:
            stage.confirmations = {
                address: states for address, states in stage.hand.answer["before"].items() if states
            }
        yield from _until(
            stage, lambda snapshot: not {"queued", "claimed"} & set(snapshot.messages)
        )


def bounce_mails(stage: "Stage") -> Fault:
    """Mail servers answer later, by mail; beside it lie mails that mean nothing, and the connection breaks now and then."""
    dice, known, hard = stage.dice, set[str](), MOST_HARD
    for _ in range(4):
        yield dice.uniform(0.5, 2)
        mails = []
        for line in stage.taken_by_smtp():
            if line["ref"] in known or dice.random() < 0.7:
                continue
            known.add(line["ref"])
            if hard > 0:
                hard -= 1
                stage.told[line["ref"]] = "hard"
                mails += [bounce_mail(line["ref"], line["to"])] * dice.choice((1, 2))
            else:
                mails.append(noise(line["ref"], line["to"], dice))
        dice.shuffle(mails)
        stage.mailbox.dies_at = dice.choice(("", "", "UID FETCH", "UID STORE"))
        stage.mailbox.put(*mails)
    stage.mailbox.dies_at = ""


def web_killed(stage: "Stage") -> Fault:
    """The web processes are killed again and again, while providers report and readers leave; both ask again until they are answered."""
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
