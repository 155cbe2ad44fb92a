"""The hand's deeds in place of an operator who restores a backup."""

import json
from pathlib import Path
from typing import Any

from django.db import connections

from campaigns.models import Delivery
from campaigns.restoring.accepted_mail import read_accepted_mail
from campaigns.restoring.after_restore import after_restore
from campaigns.sending.resolve import resolve_uncertain
from campaigns.states import DeliveryStatus
from newsletter.epoch import hold
from newsletter.epoch.hold import held
from newsletter.models import TransactionalMessage
from newsletter.states import MessageStatus
from subscribers.people.replay_opt_outs import replay

type Answer = dict[str, Any]


def step_back() -> Answer:
    """Let go of the database, which is about to be replaced.

    Whoever restores one starts all processes anew, and a new one asks Redis first.
    """
    connections.close_all()
    hold._others_asked_at = float("-inf")
    return {}


def say_why_held() -> Answer:
    """Return why the installation sends nothing, if that is so."""
    return {"held": str(held() or "")}


def speak_after_restore(journals: list[str], provider_log: str, plan_again: bool) -> Answer:
    """Do what the commands `replay_optouts` and `after_restore` do.

    Perhaps `resolve_uncertain … --as planned` follows.

    Args:
        journals: the saved journals of all hosts.
        provider_log: the file in which the provider names each message that it took; empty where
            the operator doesn't have it.
        plan_again: whether what that log doesn't name is sent again.
    """
    replay(map(Path, journals))
    lines = Path(provider_log).read_text(encoding="utf-8").splitlines() if provider_log else None
    if held():  # otherwise an earlier attempt has come as far as this
        after_restore(
            by="the drill",
            accepted_mail=read_accepted_mail(
                line for line in lines if "fault" not in json.loads(line)
            )
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
