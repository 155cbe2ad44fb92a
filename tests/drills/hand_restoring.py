"""What the hand does where a backup is restored: what an operator would do by commands."""

import json
from pathlib import Path
from typing import Any

from django.db import connections

from campaigns.models import Delivery
from campaigns.restoring.after_restore import after_restore
from campaigns.restoring.taken import taken
from campaigns.sending.resolve import resolve_uncertain
from campaigns.states import DeliveryStatus
from newsletter.epoch.hold import held
from newsletter.models import TransactionalMessage
from newsletter.states import MessageStatus
from subscribers.people.replay_opt_outs import replay

type Answer = dict[str, Any]


def step_back() -> Answer:
    """Let go of the database, which is about to be replaced."""
    connections.close_all()
    return {}


def say_why_held() -> Answer:
    return {"held": str(held() or "")}


def speak_after_restore(journals: list[str], ledger: str, plan_again: bool) -> Answer:
    """`replay_optouts`, `after_restore`, and perhaps `resolve_uncertain … --as planned`.

    Args:
        journals: the saved journals of all hosts.
        ledger: the provider's own account, which names each message that it took; empty: nobody has
            it.
        plan_again: whether what the ledger doesn't name is sent again.
    """
    replay(map(Path, journals))
    lines = Path(ledger).read_text(encoding="utf-8").splitlines() if ledger else None
    if held():  # else an earlier go has come as far as this
        after_restore(
            by="the drill",
            taken=taken(line for line in lines if "fault" not in json.loads(line))
            if lines is not None
            else None,
        )
    doubtful = Delivery.objects.filter(status=DeliveryStatus.UNCERTAIN)
    if plan_again:
        for campaign in sorted(set(doubtful.values_list("campaign_id", flat=True))):
            resolve_uncertain(campaign, to=DeliveryStatus.PLANNED, by="the drill")
    messages = TransactionalMessage.objects.filter(status=MessageStatus.UNCERTAIN)
    return {"uncertain": doubtful.count(), "messages": messages.count()}


DEEDS = (step_back, say_why_held, speak_after_restore)
