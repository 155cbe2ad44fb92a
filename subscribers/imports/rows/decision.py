"""The decision on one row: only a known yes subscribes, and the stricter column wins.

A person who left another list has left this one.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from subscribers.imports.reading.answers import meaning_of_answer, meaning_of_state
from subscribers.imports.reading.columns import Decisive, on_one_line
from subscribers.imports.reading.notes import Note
from subscribers.imports.reading.rows_as import RowsAs
from subscribers.imports.reading.status_words import Meaning
from subscribers.states import SuppressionReason

UNSUBSCRIBED = "unsubscribed"
"""The one reason that is about a topic alone. The others are those of suppressions."""


class RefusedRow(ValueError):
    """A row that isn't imported. The message is the reason, fit to be shown."""

    def __init__(self, reason: str, *, lacks_consent: bool = False) -> None:
        super().__init__(reason)
        self.lacks_consent = lacks_consent


REASON_OF_ALL: Mapping[RowsAs, str] = {
    RowsAs.UNSUBSCRIBED: UNSUBSCRIBED,
    RowsAs.HARD_BOUNCED: SuppressionReason.HARD_BOUNCE,
    RowsAs.COMPLAINED: SuppressionReason.COMPLAINT,
}


@dataclass(slots=True)
class RowDecision:
    """The answer of all deciding columns of one row."""

    reasons: set[str] = field(default_factory=set)
    """Reasons why the person must not be written to: an opt-out. Empty: none of the columns says
    so.
    """
    said: str = ""
    """The first of those words, as evidence."""
    left_at: datetime | None = None
    refusal: str = ""
    """The reason why the row subscribes nobody though it is no opt-out."""
    not_understood: str = ""
    """Advice to the operator, where the refusal is for a word that isn't known."""
    answers: list[str] = field(default_factory=list)
    """Each question of consent and its answer, as evidence."""


@dataclass(frozen=True, slots=True)
class _Rule:
    read: Callable[[str], Meaning]
    passes: frozenset[Meaning]
    own_words: Mapping[Meaning, Meaning]
    """The meaning of this field's own words: "yes" in a column of opt-outs."""
    moment: Meaning | None = None
    """The meaning of a date in such a column; None: nothing that is known."""


# Where mail came back and nobody says for how long, a new opt-in of the person's own is enough to
# try again.
_REASONS: Mapping[Meaning, str] = {
    Meaning.LEFT: UNSUBSCRIBED,
    Meaning.BLOCKED: SuppressionReason.UNSUBSCRIBED_ALL,
    Meaning.HARD_BOUNCE: SuppressionReason.HARD_BOUNCE,
    Meaning.BOUNCED: SuppressionReason.SOFT_BOUNCES,
    Meaning.COMPLAINED: SuppressionReason.COMPLAINT,
}
_FINE = frozenset({Meaning.YES, Meaning.ACTIVE})
_HARMLESS = frozenset({Meaning.EMPTY, Meaning.NO})
_RULES: Mapping[str, _Rule] = {
    "consent": _Rule(meaning_of_answer, _FINE, {}),
    "subscribed": _Rule(meaning_of_answer, _FINE, {Meaning.NO: Meaning.LEFT}, Meaning.ACTIVE),
    "status": _Rule(meaning_of_state, _FINE, {}),
    "opted_out": _Rule(
        meaning_of_state, _HARMLESS | {Meaning.ACTIVE}, {Meaning.YES: Meaning.LEFT}, Meaning.LEFT
    ),
    "bounced": _Rule(meaning_of_state, _HARMLESS, {Meaning.YES: Meaning.BOUNCED}, Meaning.BOUNCED),
    "complained": _Rule(
        meaning_of_state, _HARMLESS, {Meaning.YES: Meaning.COMPLAINED}, Meaning.COMPLAINED
    ),
    "suppressed": _Rule(
        meaning_of_state, _HARMLESS, {Meaning.YES: Meaning.BLOCKED}, Meaning.BLOCKED
    ),
}
_DATE = re.compile(
    r"\d{1,4}[-/.]\s?\d{1,2}[-/.]\s?\d{1,4}(?!\d).*|\d{8}(?:T?\d{4,6})?Z?|1\d{9}(?:\d{3})?|"
    r"(?:\w{3,9}\.? )?\d{1,2}(?:st|nd|rd|th)?,? (?:\w{3,9}\.?,? )?\d{4}.*"
)
_NO_DATE = re.compile(r"(?=.*0)[0\-:/. TZ]{8,}")
"""0000-00-00 00:00:00 is what some databases write for “never”."""
_FOR_GOOD = re.compile(r"hard|clean", re.IGNORECASE)


def decide_row(
    cells: list[str],
    decisive: tuple[Decisive, ...],
    *,
    read_moment: Callable[[str], datetime | None],
) -> RowDecision:
    """Ask each deciding column.

    Args:
        read_moment: text → the moment that it says, None where it says none without a guess.
    """
    decision = RowDecision()
    width = len(cells)
    for question in decisive:
        said = [
            text
            for column in question.columns
            if column < width and (text := cells[column].strip())
        ]
        for text in said or [""]:
            _ask(question, text, decision, read_moment)
    return decision


def _ask(
    question: Decisive,
    text: str,
    decision: RowDecision,
    read_moment: Callable[[str], datetime | None],
) -> None:
    if question.field == "suppressed" and text and _own_reasons(text, decision):
        return
    rule = _RULES[question.field]
    meaning, moment = _meaning(question, text, rule, read_moment)
    if meaning in rule.passes:
        if question.field in ("consent", "subscribed"):
            decision.answers.append(
                f"{' '.join(question.header.split())}: {' '.join(text.split())}"
            )
        return
    meaning = rule.own_words.get(meaning, meaning)
    if (
        meaning is Meaning.BOUNCED
        and question.field == "bounced"
        and _FOR_GOOD.search(question.header)
    ):
        meaning = Meaning.HARD_BOUNCE
    reason = _REASONS.get(meaning)
    if reason is not None:
        decision.reasons.add(reason)
        decision.said = decision.said or f"{on_one_line(question.header)}: {on_one_line(text)}"
        decision.left_at = decision.left_at or moment
    elif not decision.refusal:
        decision.refusal = _refusal(question, text, meaning)
        if meaning is Meaning.UNKNOWN:
            decision.not_understood = _way_out(question)


def _meaning(
    question: Decisive, text: str, rule: _Rule, read_moment: Callable[[str], datetime | None]
) -> tuple[Meaning, datetime | None]:
    """Return the meaning of a cell in the column of its question, and the time it names."""
    meaning = rule.read(text)
    if meaning is Meaning.YES and question.field == "status" and text.isdigit():
        # 1 is a code of a status here, and nobody says of which.
        return Meaning.UNKNOWN, None
    if meaning is not Meaning.UNKNOWN or rule.moment is None or not _DATE.fullmatch(text):
        return meaning, None
    return (Meaning.EMPTY, None) if _NO_DATE.fullmatch(text) else (rule.moment, read_moment(text))


def _way_out(question: Decisive) -> Note:
    header = on_one_line(question.header)
    what = (
        f"The column {header!r} has answers that we don't know, so their rows are refused. If the "
        f"column doesn't say who agreed to get email,"
    )
    return Note(f'{what} add --map "{header}=ignore"', on_page=f"{what} choose “Ignore” for it")


def _own_reasons(text: str, decision: RowDecision) -> bool:
    """Return whether these are reasons of our own export, which name themselves."""
    reasons = text.split()
    if not all(reason in SuppressionReason.values for reason in reasons):
        return False
    decision.reasons.update(reasons)
    decision.said = decision.said or on_one_line(text)
    return True


def _refusal(question: Decisive, text: str, meaning: Meaning) -> str:
    header = repr(on_one_line(question.header))
    if not text:
        return f"No consent: {header} is empty."
    if meaning is not Meaning.UNKNOWN:
        kind = (
            "No consent"
            if question.field == "consent"
            else "This person is not subscribed, according to the file"
        )
        return f"{kind}: {header} is {on_one_line(text)!r}."
    return (
        f"We don't know what {header} means by {on_one_line(text)!r}, so this person was not "
        f"subscribed."
    )
