"""Accepting that recipients of incomplete translations get another version instead."""

from collections.abc import Collection

from django.db import transaction

from campaigns.audit_actions import CampaignAuditAction
from campaigns.audited import record_campaign
from campaigns.content.fingerprint import fingerprint
from campaigns.content.translations.completeness import incomplete_languages
from campaigns.models import Campaign
from campaigns.review.accepted_fallback import accepted_languages, fallbacks
from campaigns.review.translation_findings import BEFORE_LAUNCH
from campaigns.sending.content_language import recipients_by_language
from subscribers.need_to_know.small_groups import hidden_numbers


class CannotAccept(ValueError):
    """The campaign isn't as it was on the page, or is under way. Nothing has been accepted."""


@transaction.atomic
def accept_fallback(campaign: Campaign, *, languages: Collection[str], seen: str = "") -> bool:
    """Accept that the incomplete translations of a campaign aren't sent.

    It holds for the campaign exactly as it is now. The audit log names the numbers of recipients,
    other than of small groups.

    Args:
        languages: those that the page named, all of them.
        seen: the fingerprint of what the page showed; empty: any.

    Returns:
        Whether this caller did; False where it was accepted before.

    Raises:
        CannotAccept: the page is old, or the campaign is launched or cancelled.
    """
    locked = Campaign.objects.select_for_update().get(pk=campaign.pk)
    now = fingerprint(locked)
    incomplete = incomplete_languages(locked)
    if locked.status not in BEFORE_LAUNCH:
        raise CannotAccept(f"This campaign is {locked.get_status_display().lower()}.")
    if (seen and seen != now) or {*languages} != {*incomplete} or not incomplete:
        raise CannotAccept("The campaign was changed while this page was open. Check it again.")
    if accepted_languages(locked) == {*incomplete}:
        return False
    numbers = _recipients_in_words(locked)
    locked.fallback_accepted = {"fingerprint": now, "languages": incomplete}
    locked.save(update_fields=["fallback_accepted"])
    instead = fallbacks(locked, incomplete)
    record_campaign(
        CampaignAuditAction.FALLBACK_ACCEPTED,
        locked,
        languages=[f"{each} → {instead[each]}: {numbers[each]}" for each in incomplete],
    )
    campaign.refresh_from_db()
    return True


def _recipients_in_words(campaign: Campaign) -> dict[str, str]:
    """Count whom each version would go to. Whoever reads the log may not see subscribers.

    The same numbers are hidden as on the pages, where they stand in the same order.
    """
    counted = recipients_by_language(campaign)
    others = campaign.contents.exclude(language=campaign.language).order_by("language")
    written = [campaign.language, *others.values_list("language", flat=True)]
    numbers = {each: sum(counted.get(each, {}).values()) for each in written}
    hidden = hidden_numbers([*numbers.values()])
    return {
        each: "few" if place in hidden else str(number)
        for place, (each, number) in enumerate(numbers.items())
    }


def leave_out_incomplete(campaign: Campaign) -> None:
    """Note at the launch which translations aren't sent: those that lack something.

    Args:
        campaign: locked, and without a blocker, so that the fallback of each is accepted.
    """
    incomplete = incomplete_languages(campaign)
    campaign.contents.filter(language__in=incomplete).update(falls_back=True)
    campaign.contents.exclude(language__in=incomplete).update(falls_back=False)
