"""Names that are suggested for what somebody has typed so far into a condition."""

from subscribers.labels.find import suggested_labels
from subscribers.need_to_know.hidden import Account, visible_subscribers
from subscribers.people.institutions import suggested_institutions

SEE_PEOPLE = "subscribers.view_subscriber"


def suggestions(lookup: str, typed: str, account: Account) -> list[str]:
    """Return a few names; none for a lookup that there isn't."""
    if lookup == "label":
        return suggested_labels(typed)
    if lookup == "institution" and account.has_perm(SEE_PEOPLE):
        return suggested_institutions(visible_subscribers(account), typed)
    return []
