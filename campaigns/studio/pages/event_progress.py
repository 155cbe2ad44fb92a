"""The state of an event's series of campaigns, in a few words."""

from collections import Counter
from collections.abc import Collection

from campaigns.need_to_know import visible_campaigns
from campaigns.states import LAUNCHED, CampaignStatus
from subscribers.need_to_know.hidden import Account

_WORDS = {"sent": "sent", "scheduled": "scheduled", "waits": "not scheduled yet"}


def series_in_words(events: Collection[int], account: Account) -> dict[int, str]:
    """Return event → how many of its campaigns were sent, are scheduled, or wait for somebody.

    Cancelled ones count as none. One statement reads them, without what the account may not know.
    """
    if not account.has_perm("campaigns.view_campaign"):
        return {}
    numbers: dict[int, Counter[str]] = {event: Counter() for event in events}
    rows = visible_campaigns(account).filter(event__in=events)
    rows = rows.exclude(status=CampaignStatus.CANCELLED).order_by()
    for event, status in rows.values_list("event", "status"):
        if event is not None:
            numbers[event][_kind(status)] += 1
    return {event: _in_words(found) for event, found in numbers.items()}


def _kind(status: str) -> str:
    if status in LAUNCHED:
        return "sent"
    return "scheduled" if status == CampaignStatus.SCHEDULED else "waits"


def _in_words(found: Counter[str]) -> str:
    parts = [f"{found[kind]} {words}" for kind, words in _WORDS.items() if found[kind]]
    if not parts:
        return "No campaign about it yet"
    total = found.total()
    return f"{total} campaign{'' if total == 1 else 's'}: {', '.join(parts)}"
