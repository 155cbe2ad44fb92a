"""The senders for campaigns: one per mailer and process, kept with its connections."""

import os
from dataclasses import dataclass

from django.conf import settings

from newsletter.transport.bulk.api.sender import ApiBatchSender, ApiSender
from newsletter.transport.bulk.dispatch import BatchSender
from newsletter.transport.bulk.single.sender import SingleSender
from newsletter.transport.bulk.smtp.sender import SmtpSender
from newsletter.transport.config.mailer_settings import MailerSettings
from newsletter.transport.providers.registry import recipients_of_a_call


@dataclass(slots=True)
class _Kept:
    """A sender, and what it was made for: a fork may not use its parent's connections."""

    sender: BatchSender
    mailer: MailerSettings
    process: int


_kept: dict[str, _Kept] = {}


def sender_for(alias: str) -> BatchSender:
    """Return the sender of the mailer `alias`."""
    mailer, process = settings.MAILER_SETTINGS[alias], os.getpid()
    kept = _kept.get(alias)
    if kept is not None and kept.process == process and kept.mailer == mailer:
        return kept.sender
    if kept is not None and kept.process == process:
        kept.sender.close()
    sender = _made_for(alias, mailer)
    _kept[alias] = _Kept(sender, mailer, process)
    return sender


def close_all() -> None:
    """Close the connections that this process keeps for campaigns."""
    for kept in _kept.values():
        if kept.process == os.getpid():
            kept.sender.close()
    _kept.clear()


def _made_for(alias: str, mailer: MailerSettings) -> BatchSender:
    if mailer.provider == "inbox":
        return SingleSender(alias, mailer)
    if mailer.provider == "smtp":
        return SmtpSender(alias, mailer)
    if recipients_of_a_call(mailer) > 1:
        return ApiBatchSender(alias, mailer)
    return ApiSender(alias, mailer)
