"""The history of one row: what the audit log says of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.admin.models import LogEntry

from newsletter.admin.visibility import Account, visible_rows
from newsletter.audit.details import details_in_words
from newsletter.models import AuditEntry

SHOWN = 200
"""The latest entries. The audit log has them all."""


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One line of the page."""

    at: datetime
    who: str
    what: str


def history_of(opts: Any, object_id: str, *, account: Account) -> list[HistoryLine]:
    """Return what was done to a row, latest first.

    What was done before there was an audit log stands in Django's own.

    Args:
        opts: the `_meta` of the row's model.
        object_id: as the page's address has it.
        account: who looks. Entries about what they may not know of are left out.
    """
    about = AuditEntry.objects.filter(
        object_type=opts.label_lower, object_id=object_id, emptied_at=None
    )
    entries = visible_rows(about, account).order_by("-pk")[:SHOWN]
    before = (
        LogEntry.objects.filter(
            content_type__app_label=opts.app_label,
            content_type__model=opts.model_name,
            object_id=object_id,
        )
        .select_related("user")
        .order_by("-action_time")[:SHOWN]
    )
    lines = [
        *(HistoryLine(each.at, each.actor_name, _words(each)) for each in entries),
        *(
            HistoryLine(
                each.action_time,
                each.user.get_full_name() or each.user.get_username(),
                each.get_change_message(),
            )
            for each in before
        ),
    ]
    return lines[:SHOWN]


def _words(entry: AuditEntry) -> str:
    told = dict(entry.details)
    fields = told.pop("fields", None)
    words = f"{entry.words}: {', '.join(fields)}" if fields else entry.words
    return f"{words} ({details_in_words(told)})" if told else words
