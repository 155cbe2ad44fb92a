"""Writing the audit log."""

import logging
import secrets
from collections.abc import Sequence
from functools import partial
from typing import cast

from django.db import transaction
from django.db.models import CharField, Model
from django.utils import timezone

from newsletter.audit.actor import Actor, current_actor
from newsletter.audit.digests import entry_digest
from newsletter.audit_actions import AuditedAction
from newsletter.models import AuditEntry
from newsletter.seals.digests import signing_key_id

logger = logging.getLogger(__name__)

type Detail = str | int | bool | Sequence[str] | None


def record(
    action: AuditedAction,
    subject: Model | None = None,
    *,
    label: str = "",
    topic_id: int | None = None,
    actor: Actor | None = None,
    **details: Detail,
) -> AuditEntry:
    """Write one entry, within the caller's transaction: what is rolled back wasn't done.

    Args:
        action: a member of one of the tables of actions, with its words.
        subject: the row that it was done to.
        label: what people call that row. It outlives an erasure, so it must name no subscriber.
        topic_id: the topic that it is about. Whoever may not know of a need-to-know topic doesn't
            see its entries.
        actor: who did it, where that isn't whoever is acting now.
        details: more about it. No addresses, and no names of subscribers.
    """
    who = actor or current_actor()
    entry = AuditEntry(
        at=timezone.now(),
        action=action.value,
        words=_fit("words", str(action.label)),
        actor_kind=who.kind.value,
        actor_id=who.account_id,
        actor_name=_fit("actor_name", who.name),
        network=who.network,
        object_type=subject._meta.label_lower if subject is not None else "",
        object_id=str(subject.pk) if subject is not None and subject.pk is not None else "",
        object_label=_fit("object_label", label),
        topic_id=topic_id,
        details={name: _kept(value) for name, value in details.items()},
        salt=secrets.token_hex(16),
        key_id=signing_key_id(),
    )
    entry.digest = entry_digest(entry)
    entry.save(force_insert=True)
    transaction.on_commit(partial(_log, entry), robust=True)
    return entry


def _log(entry: AuditEntry) -> None:
    """Say in the log what was done, and to which row. Who and what that is stands in the entry."""
    about: dict[str, str | int] = {"action": entry.action}
    if entry.object_type == "campaigns.campaign":
        about["campaign"] = entry.object_id
    elif entry.object_id:
        about["object"] = f"{entry.object_type}:{entry.object_id}"
    if entry.actor_id is not None:
        about["actor"] = entry.actor_id
    logger.info("%s", entry.words, extra=about)


def _fit(column: str, text: str) -> str:
    field = cast("CharField[str, str]", AuditEntry._meta.get_field(column))
    return _plain(text)[: field.max_length]


def _plain(text: str) -> str:
    """Return the text without what a database refuses: NUL, and halves of characters."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def _kept(value: Detail) -> Detail:
    if isinstance(value, str):
        return _plain(value)
    if value is None or isinstance(value, int):  # bool is an int
        return value
    return [_plain(each) for each in value]
