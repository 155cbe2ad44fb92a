"""Audiences that are saved under a name: created, changed, deleted, and where they are used.

A campaign uses one live, by a condition of its own. So an approval covers the rule of it: another
rule takes approved campaigns back to draft.
"""

from collections.abc import Iterator

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from campaigns.audience.conditions.check import refuse_problems
from campaigns.audience.conditions.kind import BadCondition
from campaigns.audience.conditions.plain_kinds import PLAIN_KINDS
from campaigns.audience.conditions.tree import parse_tree
from campaigns.audit_actions import AudienceAction
from campaigns.content.check_content import ContentError, require_text
from campaigns.content.condition_uses import campaigns_naming
from campaigns.content.fingerprint import fingerprint
from campaigns.content.open_for_edit import end_changed_approval
from campaigns.edit_conflict import refuse_conflict, version_of
from campaigns.models import Campaign, SavedAudience
from campaigns.models.saved_audience import LONGEST_AUDIENCE_NAME
from campaigns.states import CampaignStatus
from newsletter.audit.record import record

_SENDING = (CampaignStatus.SENDING, CampaignStatus.PAUSED)


class AudienceInUse(ValueError):
    """Campaigns use the saved audience, so it can't be deleted, or not be changed.

    `campaigns` are these.
    """

    def __init__(self, campaigns: list[Campaign]) -> None:
        super().__init__(f"{len(campaigns)} campaigns use it")
        self.campaigns = campaigns


def saved_version(saved: SavedAudience) -> str:
    """Return the version of a saved audience, for `seen`."""
    return version_of(saved, ("name", "conditions"))


def save_saved_audience(
    saved: SavedAudience | None,
    *,
    name: object,
    conditions: object,
    created_by: User | None = None,
    seen: str = "",
) -> SavedAudience:
    """Create a saved audience, or give one another name or rule.

    Campaigns whose approval covers its rule become drafts again.

    Args:
        saved: None creates one.
        conditions: as `parse_tree` reads them; none are refused, since that is everybody.
        seen: the `saved_version` that the form showed; empty: any.

    Raises:
        ContentError: name or conditions can't be taken.
        AudienceInUse: a campaign that uses it is being sent.
        EditConflict: it was changed after the form was opened.
    """
    clean_name, tree = _clean_name(name), _clean_tree(conditions)
    try:
        with transaction.atomic():
            if saved is None:
                made = SavedAudience.objects.create(
                    name=clean_name, conditions=tree, created_by=created_by
                )
                record(AudienceAction.CREATED, made, label=f"audience “{made.name}”")
                return made
            return _change(saved, clean_name, tree, seen=seen)
    except IntegrityError as error:
        raise ContentError("name", "another saved audience has this name") from error


def _change(saved: SavedAudience, name: str, tree: object, *, seen: str) -> SavedAudience:
    users = list(campaigns_using(saved))
    ids = sorted(each.pk for each in users)
    locked = list(Campaign.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
    row = SavedAudience.objects.select_for_update().get(pk=saved.pk)
    before = saved_version(row)
    approved = {each.pk: fingerprint(each) for each in locked if _has_approval(each)}
    is_other = row.conditions != tree
    if is_other and (sending := [each for each in locked if each.status in _SENDING]):
        raise AudienceInUse(sending)
    row.name, row.conditions = name, tree
    refuse_conflict(seen, before=before, after=saved_version(row))
    row.save()
    for each in locked:
        if each.pk in approved:
            end_changed_approval(Campaign.objects.get(pk=each.pk), approved=approved[each.pk])
    record(AudienceAction.CHANGED, row, label=f"audience “{row.name}”")
    return row


def _has_approval(campaign: Campaign) -> bool:
    return campaign.status in (
        CampaignStatus.IN_REVIEW,
        CampaignStatus.APPROVED,
        CampaignStatus.SCHEDULED,
    )


@transaction.atomic
def delete_saved_audience(saved: SavedAudience) -> None:
    """Delete a saved audience that no campaign uses any more.

    Past campaigns keep it as text.

    Raises:
        AudienceInUse: campaigns that aren't over use it.
    """
    row = SavedAudience.objects.select_for_update().get(pk=saved.pk)
    if users := list(campaigns_using(row)):
        raise AudienceInUse(users)
    record(AudienceAction.DELETED, row, label=f"audience “{row.name}”")
    row.delete()


def campaigns_using(saved: SavedAudience) -> Iterator[Campaign]:
    """Yield the campaigns that use a saved audience and aren't over."""
    return campaigns_naming("saved", "saved", saved.pk)


def _clean_name(name: object) -> str:
    clean = " ".join(require_text(name, path="name").split())
    if not clean:
        raise ContentError("name", "is empty")
    if len(clean) > LONGEST_AUDIENCE_NAME:
        raise ContentError("name", f"is longer than {LONGEST_AUDIENCE_NAME} characters")
    if not clean.isprintable():
        raise ContentError("name", "has a character that can’t be shown")
    return clean


def _clean_tree(conditions: object) -> dict[str, object]:
    try:
        tree = parse_tree(conditions, PLAIN_KINDS, path="conditions")
        refuse_problems(tree, PLAIN_KINDS, topic_id=None, path="conditions")
    except BadCondition as error:
        raise ContentError(error.path, error.problem) from error
    if not tree:
        raise ContentError("conditions", "there are none yet: add at least one")
    return tree
