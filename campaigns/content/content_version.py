"""The version of one language of a campaign, by which an old form is noticed."""

from campaigns.edit_conflict import version_of_values
from campaigns.models import CampaignContent
from newsletter.rendering.blocks.ids import without_ids


def content_version(content: CampaignContent | None) -> str:
    """Return the version of one language, for `seen`. A language without content has one, too.

    Ids of blocks, which nobody reads, are left out of account.
    """
    shown = content or CampaignContent()
    return version_of_values(
        {
            "subject": shown.subject,
            "preheader": shown.preheader,
            "blocks": without_ids(shown.blocks),
        }
    )
