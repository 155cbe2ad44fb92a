"""The state of a translation for an open page: what each panel of the source says by now."""

from typing import Any

from campaigns.models import Campaign, CampaignContent
from campaigns.studio.composer.form import ComposerForm
from campaigns.studio.composer.translations import beside


def translation_state(
    campaign: Campaign, content: CampaignContent, form: ComposerForm
) -> dict[str, Any] | None:
    """Return how many texts need a look, and the badge of each panel; None for the source itself.

    A page that saves itself shows them, so that panels and tabs say the same.
    """
    source = beside(campaign, content, form)
    if source is None:
        return None
    panels = {part.anchor: [part.standing, part.badge] for part in source.parts.values()}
    return {"to_do": source.to_do, "panels": panels}
