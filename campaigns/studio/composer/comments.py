"""Reviewers' comments beside the parts that they are about, in the composer."""

from dataclasses import dataclass, field, replace

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from campaigns.content.check_content import ContentError
from campaigns.content.translations.parts import LINES
from campaigns.models import Campaign, CampaignContent, ReviewComment
from campaigns.review.comments import (
    MAXIMUM_ANSWER,
    AlreadySettled,
    PlacedComment,
    open_comments,
    place_comments,
    settle_comment,
)
from campaigns.studio.composer.form import ComposerForm
from campaigns.studio.composer.inputs import BlockForm
from campaigns.studio.decorators import studio_url
from newsletter.core.languages import language_name
from newsletter.core.numbers import whole_number

DONE = "comment_done"
"""The act of the button below a comment, with its number: `comment_done:7`."""


@dataclass(slots=True)
class CommentsBeside:
    """The open comments on one language of a campaign.

    Attributes:
        all: in the order in which they were written.
        subject, preheader: on those lines.
        elsewhere: on the whole email, and on what is gone.
        blocks: the others, by the id of their block.
        other_languages: of a language, its name, its page, and how many comments are open there.
    """

    all: list[PlacedComment] = field(default_factory=list)
    subject: list[PlacedComment] = field(default_factory=list)
    preheader: list[PlacedComment] = field(default_factory=list)
    elsewhere: list[PlacedComment] = field(default_factory=list)
    blocks: dict[str, list[PlacedComment]] = field(default_factory=dict)
    other_languages: list[tuple[str, str, int]] = field(default_factory=list)

    @property
    def open(self) -> list[PlacedComment]:
        """Those that nobody has settled."""
        return [each for each in self.all if each.comment.ended_at is None]


def comments_beside(
    campaign: Campaign, language: str, form: ComposerForm, *, settled: int = 0
) -> CommentsBeside:
    """Return the comments on one language, each where its part stands in the form.

    Args:
        form: as typed: a part that was removed in it is gone.
        settled: the id of a comment that was settled just now, which is shown still.
    """
    typed = CampaignContent(
        language=language, subject=form.subject, preheader=form.preheader, blocks=form.data()
    )
    found = list(open_comments(campaign))
    own = [each for each in found if each.language == language]
    if settled:
        own += campaign.comments.filter(pk=settled, language=language).exclude(ended_at=None)
    beside = CommentsBeside(all=place_comments(own, [typed]))
    for each in beside.all:
        _list_for(beside, each).append(each)
    others = [each.language for each in found if each.language != language]
    beside.other_languages = [
        (language_name(each), studio_url("content", campaign, each), others.count(each))
        for each in dict.fromkeys(others)
    ]
    return beside


def with_comments(forms: list[BlockForm], beside: CommentsBeside) -> list[BlockForm]:
    """Return the blocks of a form, each with its comments."""
    return [replace(each, comments=beside.blocks.get(each.block.id, [])) for each in forms]


def settle(campaign: Campaign, act: str, answer: str) -> tuple[int, str]:
    """Settle the comment that a button names.

    Returns:
        Its id, and an objection in words; empty where it is settled now.
    """
    number = whole_number(act.partition(":")[2]) or 0
    try:
        settle_comment(campaign, number, answer=answer)
    except (AlreadySettled, ContentError) as error:
        return number, str(error)
    except ReviewComment.DoesNotExist:
        return number, "This comment isn’t there any more."
    return number, ""


def settled_part(
    request: HttpRequest, campaign: Campaign, language: str, form: ComposerForm, act: str
) -> HttpResponse:
    """Settle a comment, and show it in its place, with what is open still.

    Args:
        form: as typed. Nothing of it is saved.
    """
    number, objection = settle(campaign, act, answer_in(request, act))
    beside = comments_beside(campaign, language, form, settled=number)
    context = {
        "each": next((each for each in beside.all if each.comment.pk == number), None),
        "number": number,
        "problem": objection,
        "comments": beside,
        "answer_at_most": MAXIMUM_ANSWER,
    }
    return TemplateResponse(request, "studio/composer/_comment_done.html", context)


def answer_in(request: HttpRequest, act: str) -> str:
    """Return what was typed as an answer to the comment that a button names."""
    return request.POST.get(f"comment-{act.partition(':')[2]}-answer", "")


def _list_for(beside: CommentsBeside, each: PlacedComment) -> list[PlacedComment]:
    part = each.comment.part
    if part in LINES:
        return beside.subject if part == "@subject" else beside.preheader
    if not part or each.is_gone:
        return beside.elsewhere
    return beside.blocks.setdefault(part, [])
