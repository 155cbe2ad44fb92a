"""A challenge ahead of the form: while there is a rush, a browser computes as a person types."""

from typing import Any

from newsletter.core.requests.window_counts import look_at_windows
from subscribers.consent.form_limits import RUSH, Asked
from subscribers.consent.proof_of_work import cost_at, new_challenge
from subscribers.consent.seen_limits import own_seen


def challenge_ahead(*, form: str) -> dict[str, Any] | None:
    """Return a challenge while there is a rush, else None.

    For browsers that compute while the form is filled in. Nothing is counted.
    """
    rush = Asked(form=form, network="", address="").rush()
    (posts,) = look_at_windows(rush)
    own_seen().note_posts(form, posts)
    return new_challenge(form=form, cost=cost_at(posts)) if posts >= RUSH[0][0] else None
