"""The people who may approve a campaign: not its authors, as a rule; and what if nobody could."""

from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, Q, QuerySet

from campaigns.authors import author_accounts, is_author
from campaigns.models import Campaign, ReviewRequest
from newsletter.audit.actor import current_actor
from subscribers.need_to_know.grants import holders, standing_grants

APPROVE = "campaigns.approve_campaign"


def approvers(campaign: Campaign) -> QuerySet[User]:
    """Select the accounts that may approve a campaign, whether they see its topic or not."""
    found = _by_role()
    return found if settings.SELF_APPROVAL else found.exclude(pk__in=author_accounts(campaign))


def who_can_be_asked(campaign: Campaign) -> QuerySet[User]:
    """Select the accounts that may approve a campaign and know of its topic, by name.

    Whoever is acting isn't among them: nobody asks themselves.
    """
    found = approvers(campaign)
    if campaign.topic.is_restricted:
        found = found.filter(pk__in=holders(campaign.topic_id).values("pk"))
    found = found.exclude(pk=current_actor().account_id or 0)
    return found.order_by("first_name", "last_name", "username")


def may_still_approve(account_id: int, campaign: Campaign, *, at: datetime | None = None) -> bool:
    """Return whether an account may approve a campaign, if it isn't an author's.

    An approval stands no longer than that: roles and grants are taken from people whose word
    shall count no more, and nobody can ask why at the moment at which an email leaves.

    Args:
        at: a moment to come, at which they still may, as far as is known; None: right now.
    """
    found = _by_role().filter(pk=account_id)
    if campaign.topic.is_restricted:
        found = found.filter(pk__in=holders(campaign.topic_id, at=at).values("pk"))
    return found.exists()


def answerable_requests() -> QuerySet[ReviewRequest]:
    """Select the open requests to people who may still approve the campaign, if it isn't theirs."""
    granted = standing_grants().filter(
        topic=OuterRef("campaign__topic"), account=OuterRef("account")
    )
    return ReviewRequest.objects.filter(
        Q(campaign__topic__is_restricted=False) | Exists(granted),
        ended_at=None,
        account__in=_by_role(),
    )


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


def _by_role() -> QuerySet[User]:
    found = User.objects.with_perm(APPROVE, backend="staff.backend.RolesBackend")
    return found.filter(is_staff=True)
