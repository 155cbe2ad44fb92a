"""Writing a paused campaign anew, for those who were never written to."""

from django.contrib.auth.models import User
from django.db import transaction

from campaigns.audience.left_over import left_over
from campaigns.audit_actions import CampaignAuditAction
from campaigns.audited import record_campaign
from campaigns.content.check_content import MAXIMUM_NAME
from campaigns.content.duplicate import copy_contents
from campaigns.last_change import last_change
from campaigns.models import Audience, Campaign
from campaigns.states import LAUNCHED, CampaignStatus

NAME = "{name} (new version)"


class CannotWriteAnew(ValueError):
    """The campaign can't be written anew now. The message says why, and is fit to be shown."""


@transaction.atomic
def write_later_version(campaign: Campaign, *, created_by: User | None = None) -> Campaign:
    """Create the draft of a later version of a paused campaign, or return the one that there is.

    It is a campaign of its own: written, reviewed, approved and launched as any. Launching it takes
    over the deliveries that were never attempted (`campaigns.sending.take_over`). Until then the
    earlier version keeps them, so that a draft which is left alone changes nothing. Topic, event,
    audience and purpose are those of the earlier version, and stay so.

    Args:
        created_by: whose draft it is.

    Raises:
        CannotWriteAnew: the campaign isn't paused, its later version has been launched, or nobody
            is left who wasn't written to.
    """
    locked = Campaign.objects.select_for_update().get(pk=campaign.pk)
    standing = locked.later_versions.exclude(status=CampaignStatus.CANCELLED).first()
    if standing is not None and standing.status in LAUNCHED:
        raise CannotWriteAnew(
            f"“{standing.name}” was written for the rest, and has been launched. "
            f"{last_change(standing)}".rstrip()
        )
    if standing is not None:
        return standing
    if locked.status != CampaignStatus.PAUSED:
        raise CannotWriteAnew(
            f"Only a paused campaign can be written anew for the rest. This one is "
            f"{locked.get_status_display().lower()}. {last_change(locked)}".rstrip()
        )
    if not left_over(locked.pk).exists():
        raise CannotWriteAnew("Nobody is left who was not written to.")
    later = Campaign.objects.create(
        name=_name(locked.name),
        kind=locked.kind,
        topic=locked.topic,
        event=locked.event,
        step=locked.step,
        offset_minutes=locked.offset_minutes,
        language=locked.language,
        archive_access=locked.archive_access,
        carries_calendar=locked.carries_calendar,
        counts_links=locked.counts_links,
        change_sequence=locked.change_sequence,
        created_by=created_by,
        earlier_version=locked,
    )
    audience = Audience.objects.filter(campaign=locked).first() or Audience()
    Audience.objects.create(
        campaign=later,
        countries=audience.countries,
        languages=audience.languages,
        conditions=audience.conditions,
        rule=audience.rule,
    )
    copy_contents(locked, later)
    record_campaign(CampaignAuditAction.CREATED, later, earlier_version=locked.pk)
    return later


def _name(name: str) -> str:
    """Return a name of the length that names have, which ends in NAME once."""
    ending = NAME.format(name="")
    return NAME.format(name=name.removesuffix(ending)[: MAXIMUM_NAME - len(ending)].strip())
