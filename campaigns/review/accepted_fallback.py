"""A publisher's word that recipients of an incomplete translation may get another version."""

from collections.abc import Collection

from campaigns.content.fingerprint import fingerprint
from campaigns.models import Campaign
from newsletter.core.languages import lookup_language


def accepted_languages(campaign: Campaign) -> frozenset[str]:
    """Return the languages for which the fallback is accepted, for the campaign as it is now.

    Whatever changes what was approved makes it void, as it does an approval.
    """
    kept = campaign.fallback_accepted
    if not kept or kept.get("fingerprint") != fingerprint(campaign):
        return frozenset()
    return frozenset(kept["languages"])


def fallbacks(campaign: Campaign, languages: Collection[str]) -> dict[str, str]:
    """Return, for each of some languages, the version that its recipients get without them all."""
    written = {*campaign.contents.values_list("language", flat=True)} - {*languages}
    return {each: lookup_language(each, written) or campaign.language for each in languages}
