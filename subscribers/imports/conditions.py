"""Conditions of an import beside its file: words about consent, and no undo at work."""

from collections.abc import Collection

from subscribers.imports.reading.encoding import ImportProblem
from subscribers.imports.reading.rows_as import RowsAs
from subscribers.imports.rows.decision import REASON_OF_ALL
from subscribers.models import ImportBatch, Topic

MAXIMUM_CONSENT_WORDS = 5_000


def refuse_during_undo(topic: Topic) -> None:
    """Refuse to import while another import to the topic is being undone.

    People whom the undo hasn't reached yet would count as known, and be removed afterwards.

    Raises:
        ImportProblem: there is one.
    """
    undoing = ImportBatch.objects.filter(
        topic=topic, undone_at=None, undo_asked_at__isnull=False
    ).first()
    if undoing:
        raise ImportProblem(
            f"Import {undoing.pk} to this topic is being undone. Try again when that is finished."
        )


def checked_words(consent: str, *, rows_as: RowsAs | None = None) -> str:
    """Return the words about consent, trimmed.

    Raises:
        ImportProblem: there are none though the rows need them, or they can't be kept.
    """
    words = consent.strip()
    if not words and rows_as not in REASON_OF_ALL:
        raise ImportProblem(
            "Say how these people agreed to get email: which form they used, and which words they "
            "agreed to."
        )
    is_text = "\0" not in words and words == in_text(words)
    if len(words) > MAXIMUM_CONSENT_WORDS or not is_text:
        raise ImportProblem(
            f"The text about consent can have at most {MAXIMUM_CONSENT_WORDS:,} characters."
        )
    return words


def in_text(name: str) -> str:
    """Return a text without what no database takes.

    Python reads bytes on a command line that are not UTF-8 as lone surrogates.
    """
    return name.encode("utf-8", "replace").decode()


def topic_to_read(named: Collection[str], *, topic: Topic) -> str:
    """Return the topic whose rows of a list are read; empty where all of them are.

    Rows of one topic may be imported to another, as those of any other list. Of several, those of
    the others would be subscribed to what they never asked for.

    Args:
        named: the technical names in the list's column of topics.
        topic: to which it is imported.

    Raises:
        ImportProblem: it names several topics, and this one isn't among them.
    """
    if len(named) < 2:
        return ""
    if topic.slug not in named:
        raise ImportProblem(
            f"The list names {len(named):,} topics, and {topic.slug!r} isn't one of them. Export "
            f"one topic, and import that."
        )
    return topic.slug
