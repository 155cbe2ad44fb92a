"""The languages in which a campaign can be written."""

from django.conf import settings

from campaigns.models import Campaign


def languages_of(campaign: Campaign) -> list[str]:
    """Return the languages in which the campaign can be written.

    They are its own, the installation's, and those that it has already.
    """
    written = campaign.contents.values_list("language", flat=True)
    return list(dict.fromkeys([campaign.language, *settings.CONTENT_LANGUAGES, *written]))
