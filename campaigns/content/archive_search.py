"""Search in the archive: by PostgreSQL's full text, or by plain comparison in SQLite.

Each content of a sent campaign keeps the words that anybody may read, folded. The meeting link is
not among them, so no search can tell whether somebody guessed it.
"""

import logging
import re
import unicodedata
from collections.abc import Sequence
from html import unescape

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet, TextField, Value
from django.db.models.functions import Concat
from django.utils.html import strip_tags

from campaigns.content.archived_email import neutral_text
from campaigns.models import Campaign, CampaignContent
from campaigns.states import CampaignStatus
from newsletter.core.db.kept_query import Parameter
from newsletter.rendering.blocks.fields import InputKind
from newsletter.rendering.blocks.registry import type_of
from newsletter.rendering.merge import UnknownMergeField

logger = logging.getLogger(__name__)

MOST_WORDS, LONGEST_WORD = 8, 40
"""Of a search; what is beyond is not looked for."""
LONGEST_TEXT = 200_000
"""Characters of an email's words: a tsvector holds a megabyte."""
A_RUN = 200
"""Contents that one run of `index_archive` takes."""
CONFIG = "simple"
"""PostgreSQL's dictionary. Those of a language would need one index each, and there is none for
Ukrainian; words are found by their beginning instead, which ends of words don't disturb.
"""
_APOSTROPHES = re.compile("['’ʼ‘`´ʹ′]")
_BREAKS = re.compile(r"</?(?:p|li|br|div|h\d|td|tr|blockquote)\b[^>]*>", re.IGNORECASE)


def folded(text: str) -> str:
    """Return text as search compares it: small letters, without accents, words apart by blanks.

    So ş, ș and s are one letter; ʼ, ’ and ' in a Ukrainian word are none; and the vowel signs of
    Arabic don't count.
    """
    bare = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", text)).replace("ـ", "")
    letters = "".join(char for char in bare if not unicodedata.combining(char)).casefold()
    return " ".join(re.findall(r"[^\W_]+", letters))


def search_words(typed: str) -> list[str]:
    """Return the words of a search, folded."""
    words = folded(typed[: MOST_WORDS * LONGEST_WORD]).split()
    return [word[:LONGEST_WORD] for word in words[:MOST_WORDS]]


def words_to_compare(words: list[str]) -> list[str]:
    """Return what the database compares with, for these words.

    Args:
        words: as `search_words` returned them; at least one.
    """
    if connection.vendor == "postgresql":
        # Folded words are letters and digits alone, so nothing in them is an operator.
        return [" & ".join(f"'{word}'{'' if _is_one_character(word) else ':*'}" for word in words)]
    return [f" {word} " if _is_one_character(word) else f" {word}" for word in words]


def _is_one_character(word: str) -> bool:
    """Return whether a word is one character, such as what is left of “d'” or “<b>”.

    Nearly every email has a word that begins so. A sign of Chinese is a word.
    """
    return len(word) == 1 and unicodedata.east_asian_width(word) not in "WF"


def with_words(
    campaigns: QuerySet[Campaign], compared: Sequence[str | Parameter]
) -> QuerySet[Campaign]:
    """Select the campaigns of which one language has all words, or words that begin so.

    A word of one character is found as it is.

    Args:
        compared: as `words_to_compare` returned it, or a parameter for each.
    """
    contents = CampaignContent.objects.filter(campaign=OuterRef("pk"), falls_back=False)
    if connection.vendor == "postgresql":
        [words] = compared
        query = SearchQuery(words, config=CONFIG, search_type="raw")
        vector = SearchVector("archive_text", config=CONFIG)
        contents = contents.annotate(words=vector).filter(words=query)
    else:
        contents = contents.annotate(
            words=Concat("archive_text", Value(" "), output_field=TextField())
        )
        for word in compared:
            contents = contents.filter(words__contains=word)
    return campaigns.filter(Exists(contents))


def index_archive(*, limit: int = A_RUN) -> int:
    """Keep the words of sent emails that have none yet.

    Returns:
        The number of contents.
    """
    due = CampaignContent.objects.filter(
        archive_text=None, campaign__status=CampaignStatus.SENT
    ).select_related("campaign__event__topic")
    contents = list(due.order_by("pk")[:limit])
    for content in contents:
        CampaignContent.objects.filter(pk=content.pk).update(archive_text=archive_text(content))
    return len(contents)


def archive_text(content: CampaignContent) -> str:
    """Return the words of a content, folded, each with a blank before it.

    What recipients are told apart by is left out, and so is the way into the meeting.
    """
    texts = [content.subject, content.preheader]
    for block in content.blocks:
        block_type = type_of(block)
        texts += [
            _plain(field.input_kind, str(block.get(field.name, "")))
            for field in (block_type.fields if block_type else ())
            if field.input_kind not in (InputKind.URL, InputKind.IMAGE, InputKind.CHOICE)
        ]
    try:
        whole = neutral_text(" ".join(texts), content.campaign, content.language)
    except UnknownMergeField:
        logger.exception("Content %s can't be searched", content.pk)
        return ""
    return f" {folded(whole[:LONGEST_TEXT])}"


def _plain(kind: InputKind, text: str) -> str:
    if kind != InputKind.RICH_TEXT:
        return text
    return unescape(strip_tags(_BREAKS.sub(" ", text)))
