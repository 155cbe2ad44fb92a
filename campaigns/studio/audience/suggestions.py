"""Names that are suggested for what somebody has typed so far into a condition."""

from subscribers.labels.find import suggested_labels
from subscribers.need_to_know.hidden import Account, visible_subscribers

MOST = 20
LOOKED_AT = 2_000
"""People in the order of their institutions, of which many have the same."""
SEE_PEOPLE = "subscribers.view_subscriber"


def suggestions(lookup: str, typed: str, account: Account) -> list[str]:
    """Return at most MOST names; none for a lookup that there isn't."""
    if lookup == "label":
        return suggested_labels(typed)
    if lookup == "institution" and account.has_perm(SEE_PEOPLE):
        return _institutions(typed, account)
    return []


def _institutions(typed: str, account: Account) -> list[str]:
    start = " ".join(typed.split())
    if not start:
        return []
    people = visible_subscribers(account).filter(institution__gte=start).order_by("institution")
    names = dict.fromkeys(people.values_list("institution", flat=True)[:LOOKED_AT])
    return [name for name in names if name.casefold().startswith(start.casefold())][:MOST]
