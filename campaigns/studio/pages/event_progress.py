"""The state of an event's series of campaigns, in a few words."""

from collections import Counter
from collections.abc import Collection

from campaigns.need_to_know import visible_campaigns
from campaigns.states import CampaignStatus
from subscribers.need_to_know.hidden import Account

_WORDS = {
    CampaignStatus.SENT: "sent",
    CampaignStatus.SENDING: "being sent",
    CampaignStatus.PAUSED: "paused",
    CampaignStatus.SCHEDULED: "scheduled",
}
_WAITS = "not scheduled yet"


def series_in_words(events: Collection[int], account: Account) -> dict[int, str]:
    """Return event → how many of its campaigns were sent, are on their way, or wait.

    Cancelled ones count as none. One statement reads them, without what the account may not know.
    """
    if not account.has_perm("campaigns.view_campaign"):
        return {}
    numbers: dict[int, Counter[str]] = {event: Counter() for event in events}
    rows = visible_campaigns(account).filter(event__in=events)
    rows = rows.exclude(status=CampaignStatus.CANCELLED).order_by()
    for event, status in rows.values_list("event", "status"):
        if event is not None:
            numbers[event][_WORDS.get(CampaignStatus(status), _WAITS)] += 1
    return {event: _in_words(found) for event, found in numbers.items()}


def _in_words(found: Counter[str]) -> str:
    parts = [f"{found[words]} {words}" for words in (*_WORDS.values(), _WAITS) if found[words]]
    if not parts:
        return "No campaign about it yet"
    total = found.total()
    return f"{total} campaign{'' if total == 1 else 's'}: {', '.join(parts)}"
