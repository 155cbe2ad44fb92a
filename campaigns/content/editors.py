"""People who have the same language of a campaign open at the same time."""

from datetime import datetime, timedelta

from django.contrib.auth.models import User

from campaigns.models import Campaign, ContentEditor

PING_SECONDS = 15
"""A page that is open says so this often."""
GONE_AFTER = timedelta(seconds=40)
"""Two pings may be missed. A page in the background of a browser is slower."""
FORGOTTEN_AFTER = timedelta(hours=1)
"""Rows are deleted then (campaigns.retention.forget), where the browser didn't say that it left."""


def note_editor(
    campaign: Campaign, *, language: str, account: User, tab: str, now: datetime
) -> list[str]:
    """Note that somebody has a language open, and return who else has.

    Args:
        tab: a key of the browser's tab, at most 16 characters.

    Returns:
        Names, each once, in the order of the alphabet. An empty name is one of the same person's
        other tabs.
    """
    ContentEditor.objects.update_or_create(
        campaign=campaign, language=language, account=account, tab=tab, defaults={"seen_at": now}
    )
    others = (
        ContentEditor.objects.filter(
            campaign=campaign, language=language, seen_at__gt=now - GONE_AFTER
        )
        .exclude(account=account, tab=tab)
        .select_related("account")
    )
    return sorted({"" if each.account_id == account.pk else _name(each.account) for each in others})


def forget_editor(campaign: Campaign, *, language: str, account: User, tab: str) -> None:
    """Forget a tab that was closed."""
    ContentEditor.objects.filter(
        campaign=campaign, language=language, account=account, tab=tab
    ).delete()


def _name(account: User) -> str:
    return account.get_full_name() or account.get_username()
