"""Why people are not included, in words, with how many they are."""

NOT_INCLUDED_REASONS = {
    "suppressed": ("suppressed (for example, the mailbox doesn’t exist or they reported spam)"),
    "unsubscribed": "unsubscribed from this topic",
    "term_ended": "membership has ended",
    "paused": "paused our emails for now",
    "agreed": "have agreed to the current wording",
    "asked": "were asked for the current wording before",
    "discreet": "in discreet mode, whose emails hold no personal link",
    "unconfirmed": "not confirmed yet",
    "not_accepted": "don’t come, or haven’t answered",
    "not_no_answer": "have answered already",
    "not_waiting": "not on the waiting list",
    "not_came": "not marked as having come",
    "not_did_not_come": "not marked as having accepted and stayed away",
    "had_step": "have had this step of the event’s series before",
    "not_holders": "haven’t got the event for their calendar, and haven’t said that they may come",
    "not_has_link": "haven’t got the meeting link, and don’t come",
    "told_already": "hear of this change by another email",
    "not_addressed": "in other countries or languages",
}

ROUGHLY = 10
"""Numbers are rounded down to its multiples for whoever may not see the people behind them."""


def not_included(counts: dict[str, int]) -> list[tuple[int, str]]:
    """Return how many people are not included, and why, the most frequent reason first."""
    ordered = sorted(counts.items(), key=lambda item: -item[1])
    return [
        (number, NOT_INCLUDED_REASONS.get(reason, reason.replace("_", " ")))
        for reason, number in ordered
        if number
    ]


def not_included_for(
    counts: dict[str, int], *, may_see_people: bool
) -> list[tuple[int | str, str]]:
    """Return the same for somebody: rounded, where conditions tell of people they may not see."""
    listed = not_included(counts)
    by_conditions = any(reason not in NOT_INCLUDED_REASONS for reason in counts)
    if may_see_people or not by_conditions:
        return [*listed]
    return [(rough(number), words) for number, words in listed]


def rough(number: int) -> str:
    """Return a number for whoever may not see the people behind it.

    It is rounded, so that nobody learns of one person from two numbers.
    """
    return (
        f"about {number // ROUGHLY * ROUGHLY:,}" if number >= ROUGHLY else f"fewer than {ROUGHLY}"
    )
