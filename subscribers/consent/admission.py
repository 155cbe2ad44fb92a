"""The decision about a filled-in form: may it go on, how much it is trusted, and what is answered.

Nothing that a person sends is dropped in silence, but for one case: their mailbox has been entered
often enough today, and an answer would tell that to whoever asks. So would its time: what is
dropped is stored as everything else is, and deleted by a worker. Within the limits a sign-up goes
on. Past one, the answer is a page that has the browser compute for a moment; without scripts it
has a button, and the confirmation waits behind those of others. At the last limits the answer
says that nothing more is taken.

All entry points ask here, and so does whatever stores sign-ups faster. Nothing in here knows who is
known: the decision is the same, by the same questions, for every address.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from newsletter.core.requests.window_counts import Window, count_windows
from newsletter.metrics.measure import count_form
from newsletter.states import Trust
from subscribers.consent.attack import note_held_back
from subscribers.consent.form_limits import Asked, used_up
from subscribers.consent.proof_of_work import (
    cost_at,
    is_proof,
    is_waiting_pass,
    new_challenge,
    waiting_pass,
)
from subscribers.consent.seen_limits import ALL, own_seen


class Answer(StrEnum):
    """The fate of a form."""

    GO_ON = "go on"
    """It is stored, perhaps with no trust: then a worker deletes it, and does nothing else."""
    PROVE = "prove"
    """It is not stored yet: the answer asks for proof of work."""
    CLOSED = "closed"
    """It is not stored, and the answer says so."""


_OUTCOMES = {Answer.GO_ON: "stored", Answer.PROVE: "proof_asked", Answer.CLOSED: "closed"}
"""Answers, in the words of /metrics."""


@dataclass(frozen=True, slots=True)
class Admission:
    """The decision.

    Args:
        trust: of what is stored.
        challenge: where proof is asked for, as ALTCHA's solvers read it.
        waiting_pass: where proof is asked for, what is sent back in its place without scripts.
    """

    answer: Answer
    trust: Trust = Trust.UNPROVEN
    challenge: dict[str, Any] | None = None
    waiting_pass: str = ""


def admit(
    asked: Asked, *, proof: str = "", waiting: str = "", is_trapped: bool = False
) -> Admission:
    """Decide about one filled-in form, and count it.

    Args:
        proof: what a script computed, as it came; checked here, and spent.
        waiting: the pass of a page without scripts, as it came.
        is_trapped: a field was filled in that people don't see. A browser may have done it.
    """
    return _counted(asked, _decide(asked, proof=proof, waiting=waiting, is_trapped=is_trapped))


def _decide(asked: Asked, *, proof: str, waiting: str, is_trapped: bool) -> Admission:
    if proof and is_proof(proof, form=asked.form):
        return _admit_proven(asked)
    if waiting and is_waiting_pass(waiting, address=asked.address, form=asked.form):
        return _admit_waiting(asked)
    return _admit_free(asked, is_trapped=is_trapped)


def ask_early(asked: Asked) -> Admission | None:
    """Ask for proof before anything else is looked at, where a form just like this one was asked.

    So a flood costs little: no question to the database, and one to Redis in ASK_EVERY seconds,
    about few windows. For forms that bring neither proof nor a pass. One that is let through here
    is counted by `admit`; at the end of a flood that counts one twice for each process.

    Args:
        asked: of a form that was not checked yet, but for its address.

    Returns:
        None: it is not so, or not any more.
    """
    seen = own_seen()
    whose = next(
        (each for each in (ALL, asked.network) if seen.are_used_up(asked.form, each)), None
    )
    if whose is None:
        return None
    posts = seen.posts_without_asking(asked.form, whose)
    if posts is None:
        limits = asked.overall() if whose == ALL else asked.per_network()
        windows = [*asked.rush(), *limits]
        numbers = count_windows(windows, unasked=seen.take_unasked(asked.form))
        posts, full = numbers[0], used_up(windows, numbers)
        seen.note_posts(asked.form, posts)
        _note(asked, limits, full)
        if not full:
            return None
    held_back = _held_back(
        asked, _ask_for_proof(asked, posts), "all" if whose == ALL else "network"
    )
    return _counted(asked, held_back)


def _counted(asked: Asked, admission: Admission) -> Admission:
    is_dropped = admission.answer is Answer.GO_ON and admission.trust is Trust.NONE
    count_form(asked.form, "dropped" if is_dropped else _OUTCOMES[admission.answer])
    return admission


def _note(asked: Asked, counted: Iterable[Window], full: Collection[Window]) -> None:
    """Note what the windows that were counted say of the next forms."""
    for network, windows in ((ALL, asked.overall()), (asked.network, asked.per_network())):
        if windows[0] in counted:
            are_used_up = any(window in full for window in windows)
            own_seen().note_limits(asked.form, network, are_used_up=are_used_up)


def _admit_proven(asked: Asked) -> Admission:
    windows = [*asked.rush(), *asked.proven(), *asked.totals()]
    full, is_dropped, _ = _count(asked, windows, proven=True)
    if full:
        return _held_back(asked, Admission(Answer.CLOSED), _cause(asked, full))
    return Admission(Answer.GO_ON, Trust.NONE if is_dropped else Trust.PROVEN)


def _admit_waiting(asked: Asked) -> Admission:
    windows = [*asked.rush(), *asked.waiting(), *asked.totals()]
    full, is_dropped, _ = _count(asked, windows)
    if full:
        return _held_back(asked, Admission(Answer.CLOSED), _cause(asked, full))
    return Admission(Answer.GO_ON, Trust.NONE if is_dropped else Trust.UNPROVEN)


def _admit_free(asked: Asked, *, is_trapped: bool) -> Admission:
    if is_trapped:
        # Measured, and no more: it has not come as far as the limits.
        (posts,) = count_windows(asked.rush())
        return _held_back(asked, _ask_for_proof(asked, posts), "trap")
    totals, page = asked.totals(), asked.page()
    windows = [*asked.rush(), *page, *asked.free(), *totals]
    full, is_dropped, numbers = _count(asked, windows)
    is_shared = any(
        number >= window.amount for window, number in zip(page, numbers[1:], strict=False)
    )
    trust = _trust_of(asked, posts=numbers[0], is_shared=is_shared)
    _note(asked, windows, full)
    if any(window in totals for window in full):
        return _held_back(asked, Admission(Answer.CLOSED), _cause(asked, full))
    if full:
        return _held_back(asked, _ask_for_proof(asked, numbers[0]), _cause(asked, full))
    return Admission(Answer.GO_ON, Trust.NONE if is_dropped else trust)


def _trust_of(asked: Asked, *, posts: int, is_shared: bool) -> Trust:
    """Return the trust of a form that brought no proof.

    In a rush, that of a person is kept by a page of their own that was opened before: their browser
    was given nothing to compute.

    Args:
        is_shared: very many forms came from the one page.
    """
    began = own_seen().note_posts(asked.form, posts)
    looks_automated = asked.in_doubt or is_shared
    opened = asked.opened_at
    is_late = began is not None and (looks_automated or opened is None or opened >= began)
    return Trust(Trust.USUAL - looks_automated - is_late)


def _count(
    asked: Asked, windows: list[Window], *, proven: bool = False
) -> tuple[list[Window], bool, list[int]]:
    """Count a form in its windows and in that of its mailbox.

    Returns:
        The windows that are used up, whether the mailbox's is, and the numbers of the windows.
    """
    mailbox = asked.mailbox(proven=proven)
    numbers = count_windows([*windows, *mailbox])
    return (
        used_up(windows, numbers),
        bool(used_up(mailbox, numbers[len(windows) :])),
        numbers[: len(windows)],
    )


def _ask_for_proof(asked: Asked, posts: int) -> Admission:
    return Admission(
        Answer.PROVE,
        challenge=new_challenge(form=asked.form, cost=cost_at(posts)),
        waiting_pass=waiting_pass(asked.address, form=asked.form),
    )


def _held_back(asked: Asked, admission: Admission, cause: str) -> Admission:
    note_held_back(asked.network, cause=cause)
    return admission


def _cause(asked: Asked, full: Collection[Window]) -> str:
    """Return the widest of the limits that held a form back, as the sums of a flood name it."""
    named = (
        ("totals", asked.totals()),
        ("all", asked.overall()),
        ("network", [*asked.per_network(), *asked.in_doubt_per_network()]),
        ("with proof", asked.proven()),
        ("without scripts", asked.waiting()),
    )
    for cause, windows in named:
        if any(window in full for window in windows):
            return cause
    return "domain"
