"""Proof of work: a browser computes for a second, so that a million sign-ups cost their sender.

The protocol is ALTCHA's second version (https://altcha.org): find a counter for which PBKDF2 of
nonce and counter begins with a given byte. PBKDF2, because browsers compute it as fast as anything
else does, while a plain hash costs them thirty times what it costs a program. Nothing is asked of
the person, and no third party of anybody.
"""

import base64
import hashlib
import json
import time
from collections.abc import Mapping
from typing import Any

import altcha
from django.conf import settings
from django.core import signing

from newsletter.core.addresses import address_digest
from newsletter.core.requests.single_use import use_once

ALGORITHM = "PBKDF2/SHA-256"
PREFIX = "00"
"""What the derived key begins with: one counter of 256 has it."""
LEAST_COST, MOST_COST = 2_000, 12_000
"""Rounds of PBKDF2 per counter. On a laptop of 2024 that is a third of a second to two seconds, on
a cheap phone one to eight, on average.
"""
COST_PER_POST = 5
"""Rounds that each post of the last minute adds."""
LIFETIME = 20 * 60
"""Seconds in which a challenge must come back: longer than a slow phone needs, and than a form that
was begun in the meantime.
"""
SKEW = 5 * 60
"""Seconds by which the clocks of two hosts may differ. A challenge that is good for longer was made
while a clock was wrong: it would be good again once it is forgotten that it was used.
"""
LONGEST_PROOF = 2_000
"""Characters; ours have some 500."""
_WAITING = "subscribers.consent.waiting"
_WAITING_AGE = 3600


def cost_at(posts: int) -> int:
    """Return the cost of a challenge while so many posts come in a minute."""
    return min(MOST_COST, LEAST_COST + COST_PER_POST * posts)


def new_challenge(*, form: str, cost: int) -> dict[str, Any]:
    """Make a challenge, as ALTCHA's widgets and solvers read it.

    Args:
        form: the form's name; the proof is good for no other.
        cost: as `cost_at` returned it.
    """
    challenge = altcha.create_challenge(
        ALGORITHM,
        cost,
        key_prefix=PREFIX,
        expires_at=int(time.time()) + LIFETIME,
        data={"form": form},
        hmac_secret=_secret(),
    )
    made: dict[str, Any] = challenge.to_dict()
    return made


def looks_like_proof(payload: str, *, form: str) -> bool:
    """Return whether a form brought a challenge of ours that is still good, solved or not.

    Nothing is computed or spent.
    """
    read = _read(payload)
    return read is not None and read.challenge.parameters.data == {"form": form} and _is_ours(read)


def is_proof(payload: str, *, form: str) -> bool:
    """Return whether a form brought proof of work. A challenge counts once, right or wrong.

    Args:
        payload: base64 of JSON with `challenge` and `solution`, as ALTCHA's widgets send it.
    """
    read = _read(payload)
    if read is None or read.challenge.parameters.data != {"form": form}:
        return False
    # The signature first, and the challenge is spent before the key is derived: nobody can have us
    # compute for nothing twice.
    name = f"proof {str(read.challenge.signature)[:32]}"
    if not _is_ours(read) or not use_once(name, seconds=LIFETIME + SKEW):
        return False
    return bool(altcha.verify_solution(read, _secret()).verified)


def waiting_pass(address: str, *, form: str) -> str:
    """Return what a page without scripts sends back in place of a proof.

    It is made for one address, so a program has to come twice for each.
    """
    return signing.dumps(_about(address, form), salt=_WAITING)


def is_waiting_pass(text: str, *, address: str, form: str) -> bool:
    """Return whether `text` is a pass for this address that was made within the hour."""
    if len(text) > LONGEST_PROOF:
        return False
    try:
        said = signing.loads(text, salt=_WAITING, max_age=_WAITING_AGE)
    except signing.BadSignature:
        return False
    return bool(said == _about(address, form))


def _about(address: str, form: str) -> list[str]:
    return [form, address_digest(address)[:16]]


def _read(payload: str) -> altcha.Payload | None:
    if not payload or len(payload) > LONGEST_PROOF:
        return None
    try:
        said = json.loads(base64.b64decode(payload, validate=True))
        return altcha.Payload.from_dict(said)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _is_ours(payload: altcha.Payload) -> bool:
    """Return whether the challenge has our signature, and is good now."""
    unsolved = altcha.Payload(payload.challenge, altcha.Solution(-1, ""))
    result = altcha.verify_solution(unsolved, _secret())
    if result.expired or result.invalid_signature is not False:
        return False
    # Signed, so it is what `new_challenge` wrote.
    return float(payload.challenge.parameters.expires_at or 0) <= time.time() + LIFETIME + SKEW


def _secret() -> str:
    """Return the key that signs challenges. It is that of sessions and forms, not that of links."""
    return hashlib.sha256(b"convene proof of work\0" + settings.SECRET_KEY.encode()).hexdigest()


def as_json(challenge: Mapping[str, Any]) -> str:
    """Return a challenge as a page holds it."""
    return json.dumps(challenge, separators=(",", ":"))
