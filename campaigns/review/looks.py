"""People's word that they looked at a language of a campaign, each for one fingerprint."""

from collections.abc import Mapping

from django.contrib.auth.models import User
from django.db import transaction

from campaigns.audit_actions import CampaignAuditAction
from campaigns.audited import record_campaign
from campaigns.content.fingerprint import fingerprint
from campaigns.last_change import last_change
from campaigns.models import Campaign, ReviewLook
from newsletter.core.languages import language_name


class NotLookedAt(ValueError):
    """The campaign isn't as the person saw it any more; the message says who changed it."""


@transaction.atomic
def note_look(campaign: Campaign, account: User, *, language: str, seen: str) -> bool:
    """Note that somebody looked at one language.

    Args:
        seen: the fingerprint of what their page showed.

    Returns:
        Whether this call did; False where they had said so before.

    Raises:
        NotLookedAt: there is no such language any more, or the campaign was changed since.
    """
    locked = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if not locked.contents.filter(language=language).exists():
        raise NotLookedAt(f"There is no {language_name(language)} version any more.")
    if seen != fingerprint(locked):
        raise NotLookedAt(
            f"The campaign was changed while this page was open. "
            f"{last_change(locked, and_its_event=True)} Look at it again below."
        )
    _, is_new = ReviewLook.objects.get_or_create(
        campaign=locked,
        language=language,
        account=account,
        fingerprint=seen,
        defaults={"by": (account.get_full_name() or account.get_username())[:150]},
    )
    if is_new:
        record_campaign(CampaignAuditAction.LOOKED_AT, locked, language=language)
    return is_new


def latest_looks(campaign: Campaign) -> Mapping[str, list[ReviewLook]]:
    """Return by language the latest look of each person, the newest first."""
    found: dict[str, dict[int, ReviewLook]] = {}
    for look in ReviewLook.objects.filter(campaign=campaign).order_by("-pk"):
        found.setdefault(look.language, {}).setdefault(look.account_id, look)
    return {language: list(looks.values()) for language, looks in found.items()}
