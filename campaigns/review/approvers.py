"""The people who may approve a campaign: not its authors, as a rule; and what if nobody could."""

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import QuerySet

from campaigns.authors import author_accounts, is_author
from campaigns.models import Campaign
from subscribers.need_to_know.grants import holders

APPROVE = "campaigns.approve_campaign"


def approvers(campaign: Campaign) -> QuerySet[User]:
    """Select the accounts that may approve a campaign, whether they see its topic or not."""
    found = User.objects.with_perm(APPROVE, backend="staff.backend.RolesBackend")
    found = found.filter(is_staff=True)
    return found if settings.SELF_APPROVAL else found.exclude(pk__in=author_accounts(campaign))


def may_approve_as_author(campaign: Campaign) -> bool:
    """Return whether whoever is acting has not written in it, or SELF_APPROVAL lets authors."""
    return bool(settings.SELF_APPROVAL) or not is_author(campaign)


def why_nobody_can_approve(campaign: Campaign) -> str:
    """Say why a campaign would wait for ever, and what to do; empty where somebody can approve."""
    found = approvers(campaign)
    whom = "a reviewer" if settings.SELF_APPROVAL else "a reviewer who hasn’t written in it"
    if not found.exists():
        return (
            f"Nobody can approve this campaign yet. It takes {whom}. Ask an administrator to give "
            f"a colleague that role."
        )
    granted = "who" if settings.SELF_APPROVAL else "and"
    topic = campaign.topic
    if topic.is_restricted and not found.filter(pk__in=holders(topic.pk).values("pk")).exists():
        return (
            f"Nobody can approve this campaign yet. It takes {whom} {granted} is granted its "
            f"topic. Ask an administrator to grant a reviewer the topic, by its URL name: "
            f"{topic.slug}"
        )
    return ""
