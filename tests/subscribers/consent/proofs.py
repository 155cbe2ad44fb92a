"""Proof of work, as a browser brings it."""

from collections.abc import Mapping
from typing import Any

import altcha


def solved(challenge: Mapping[str, Any]) -> str:
    """Solve a challenge, and return what the form sends."""
    made = altcha.Challenge.from_dict(dict(challenge))
    solution = altcha.solve_challenge(made)
    assert solution is not None
    return str(altcha.Payload(made, solution).to_base64())
