"""Checks that people in discreet mode can be written to."""

from campaigns.reports.diagnostics.finding import Found, Level
from newsletter.brand.current import current_brand
from newsletter.brand.neutral import neutral_problems
from subscribers.people.discreet import WAITS, somebody_is_discreet


def discreet() -> Found:
    """Check the neutral sender and link domain, where anybody needs them or staff set them up."""
    ours = current_brand()
    problems = neutral_problems(ours)
    if not problems:
        yield (
            Level.FINE,
            f"Discreet email comes from {ours.neutral_sender_email}, with links to "
            f"{ours.neutral_domain}.",
        )
    elif somebody_is_discreet():
        yield Level.MEND, f"{WAITS} {' '.join(problem.what for problem in problems)}"
    elif ours.neutral_sender_email or ours.neutral_domain:
        yield (
            Level.LOOK,
            f"Nobody can switch discreet mode on. {' '.join(each.what for each in problems)}",
        )
