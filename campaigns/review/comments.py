"""Comments of reviewers on parts of a campaign: written, placed, settled by its authors."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from campaigns.audit_actions import CampaignAuditAction
from campaigns.audited import record_campaign
from campaigns.content.check_content import require_text
from campaigns.content.translations.parts import LINES, EmailPart, parts_of
from campaigns.models import Campaign, CampaignContent, ReviewComment
from campaigns.review_states import CommentEnding
from newsletter.audit.actor import current_actor
from newsletter.core.languages import language_name
from staff.accounts.names import name_of

MAXIMUM_COMMENT = 1000
MAXIMUM_ANSWER = 500
MAXIMUM_WORDS = 2000
"""Characters of a part that a comment keeps. It shows what was read, and is no version."""
OPEN_AT_MOST = 200
"""Open comments of one campaign. Beyond it, nobody reads them."""
WHOLE = "The whole email"


class CannotComment(ValueError):
    """The comment can't be taken; the message says why. Nothing has been saved."""


class AlreadySettled(Exception):
    """Somebody settled the comment before; the message says who, and when."""


@dataclass(frozen=True, slots=True)
class PlacedComment:
    """A comment, and where its part stands now.

    Attributes:
        place: in words, such as “Block 3: Heading”.
        is_gone: whether its part is no longer there.
        is_changed: whether its part says something else by now.
    """

    comment: ReviewComment
    place: str
    is_gone: bool = False
    is_changed: bool = False

    @property
    def anchor(self) -> str:
        """The id of its part on the composer's page."""
        part = self.comment.part
        if not part or self.is_gone:
            return f"comment-{self.comment.pk}"
        return part[1:] if part in LINES else f"block-{part}"


@transaction.atomic
def add_comment(campaign: Campaign, *, language: str, part: str, text: str) -> ReviewComment:
    """Write a comment on a part of a campaign, as it is saved.

    The same words of the same person about the same part, still open, are one comment: a button
    may be pressed twice.

    Args:
        part: the id of a block, `@subject` or `@preheader`; empty: the whole email.

    Raises:
        CannotComment: no or too many words, no such language or part, or the campaign was launched.
        ContentError: characters that can't be kept.
    """
    locked = Campaign.objects.select_for_update().get(pk=campaign.pk)
    text = require_text(text, path="text").replace("\r\n", "\n").strip()
    if not text:
        raise CannotComment("Write what should be changed.")
    if len(text) > MAXIMUM_COMMENT:
        raise CannotComment(f"A comment can have at most {MAXIMUM_COMMENT:,} characters.")
    if not locked.is_editable:
        raise CannotComment("This campaign has been sent or cancelled, so nothing can change.")
    content = locked.contents.filter(language=language).first()
    if content is None:
        raise CannotComment(f"There is no {language_name(language[:12])} version any more.")
    commented = parts_of(content).get(part)
    if part and commented is None:
        raise CannotComment("That block isn’t there any more. Choose another part.")
    actor = current_actor()
    about = {"language": language, "part": part, "text": text, "author_id": actor.account_id}
    same = open_comments(locked).filter(**about).first()
    if same is not None:
        return same
    if open_comments(locked).count() >= OPEN_AT_MOST:
        raise CannotComment(f"{OPEN_AT_MOST} comments are open. Some must be settled first.")
    comment = ReviewComment.objects.create(
        campaign=locked,
        **about,
        label=commented.label if commented else "",
        words=_words(commented),
        by=name_of(actor.account_id, otherwise=actor.name)[:150],
    )
    record_campaign(
        CampaignAuditAction.COMMENTED, locked, language=language, part=comment.label or WHOLE
    )
    return comment


@transaction.atomic
def settle_comment(campaign: Campaign, comment_id: int, *, answer: str = "") -> ReviewComment:
    """Settle a comment: its author's wish is met, or answered.

    Args:
        answer: words for whoever wrote it; one that is too long is cut.

    Raises:
        AlreadySettled: somebody was faster.
        ReviewComment.DoesNotExist: it is gone, or another campaign's.
        ContentError: characters that can't be kept.
    """
    locked = Campaign.objects.select_for_update().get(pk=campaign.pk)
    comment = locked.comments.get(pk=comment_id)
    if comment.ended_at is not None:
        when = f"{comment.ended_at:%A %-d %B %Y, %H:%M} UTC"
        raise AlreadySettled(
            f"{comment.ended_by} settled this comment on {when}"
            + (f": “{comment.answer}”" if comment.answer else ".")
        )
    answer = require_text(answer, path="answer").replace("\r\n", "\n").strip()
    _end([comment], CommentEnding.DONE, answer=answer[:MAXIMUM_ANSWER])
    record_campaign(
        CampaignAuditAction.COMMENT_SETTLED,
        locked,
        language=comment.language,
        part=comment.label or WHOLE,
    )
    return comment


def close_comments(campaign: Campaign, comments: Iterable[ReviewComment]) -> None:
    """Close open comments with an approval. The caller holds the campaign."""
    _end(comments, CommentEnding.APPROVED)


def open_comments(campaign: Campaign) -> QuerySet[ReviewComment]:
    """Select the comments of a campaign that nobody has settled, in the order of their writing."""
    return campaign.comments.filter(ended_at=None).order_by("pk")


def place_comments(
    comments: Iterable[ReviewComment], contents: Collection[CampaignContent]
) -> list[PlacedComment]:
    """Say where the parts of comments stand now.

    Args:
        contents: the languages of the campaign, as saved or as typed.
    """
    parts = {each.language: parts_of(each) for each in contents}
    return [_placed(each, parts.get(each.language, {})) for each in comments]


def commentable(content: CampaignContent) -> list[tuple[str, str]]:
    """Return the parts of one language that can be commented on: key and words for a menu."""
    found = [("", WHOLE)]
    number = 0
    for key, part in parts_of(content).items():
        number += key not in LINES
        start = " ".join(_words(part).split())[:50]
        place = part.label if key in LINES else f"Block {number}: {part.label}"
        found.append((key, f"{place} – {start}" if start else place))
    return found


def _placed(comment: ReviewComment, parts: Mapping[str, EmailPart]) -> PlacedComment:
    if not comment.part:
        return PlacedComment(comment, WHOLE, is_gone=not parts)
    part = parts.get(comment.part)
    if part is None and comment.part in LINES and parts:
        return PlacedComment(comment, LINES[comment.part], is_changed=True)  # it is empty now
    if part is None:
        return PlacedComment(comment, comment.label, is_gone=True)
    is_changed = _words(part) != comment.words
    if comment.part in LINES:
        return PlacedComment(comment, part.label, is_changed=is_changed)
    blocks: Sequence[str] = [key for key in parts if key not in LINES]
    place = f"Block {blocks.index(comment.part) + 1}: {part.label}"
    return PlacedComment(comment, place, is_changed=is_changed)


def _words(part: EmailPart | None) -> str:
    return "\n".join(text for _, text in part.texts)[:MAXIMUM_WORDS] if part else ""


def _end(comments: Iterable[ReviewComment], ending: CommentEnding, *, answer: str = "") -> None:
    actor = current_actor()
    for comment in comments:
        comment.ended_at, comment.ending = timezone.now(), ending
        comment.ended_by = name_of(actor.account_id, otherwise=actor.name)[:150]
        comment.answer = answer
        comment.save(update_fields=["ended_at", "ending", "ended_by", "answer"])
