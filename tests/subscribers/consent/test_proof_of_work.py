"""Proof of work: it holds for one form, once, and for a while."""

import base64
import hashlib
import json
import time
from collections.abc import Callable

import altcha
import pytest
from pytest_django.fixtures import Settings

from subscribers.consent import proof_of_work
from subscribers.consent.proof_of_work import (
    COST_PER_POST,
    LEAST_COST,
    LONGEST_PROOF,
    MOST_COST,
    PREFIX,
    SKEW,
    cost_at,
    is_proof,
    is_waiting_pass,
    looks_like_proof,
    new_challenge,
    waiting_pass,
)
from tests.subscribers.consent.proofs import solved

FORM = "sign-up"


def challenge() -> dict[str, object]:
    return new_challenge(form=FORM, cost=1)


def changed(payload: str, change: Callable[[dict[str, dict[str, object]]], object]) -> str:
    said = json.loads(base64.b64decode(payload))
    change(said)
    return base64.b64encode(json.dumps(said).encode()).decode()


def test_a_solved_challenge_is_proof_once() -> None:
    proof = solved(challenge())
    assert [is_proof(proof, form=FORM) for _ in range(3)] == [True, False, False]


def test_a_solver_of_altcha_s_own_library_is_understood() -> None:
    made = altcha.Challenge.from_dict(challenge())
    solution = altcha.solve_challenge(made)
    assert solution is not None
    assert is_proof(altcha.Payload(made, solution).to_base64(), form=FORM)


def test_it_holds_for_its_own_form_alone() -> None:
    assert not is_proof(solved(challenge()), form="another")


def test_a_wrong_solution_spends_the_challenge() -> None:
    """Otherwise one challenge could have us derive keys for ever."""
    made = challenge()
    wrong = altcha.Payload(altcha.Challenge.from_dict(made), altcha.Solution(0, "00" * 32))
    assert not is_proof(wrong.to_base64(), form=FORM)
    assert not is_proof(solved(made), form=FORM)


def test_an_expired_one_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    proof = solved(challenge())
    later = time.time() + proof_of_work.LIFETIME + 1
    monkeypatch.setattr(time, "time", lambda: later)
    assert not is_proof(proof, form=FORM)


def test_one_made_while_a_clock_was_wrong_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would be good again after it is forgotten that it was used."""
    right = time.time
    monkeypatch.setattr(time, "time", lambda: right() + SKEW - 1)
    nearly = solved(challenge())
    monkeypatch.setattr(time, "time", lambda: right() + 3600)
    ahead = solved(challenge())
    monkeypatch.setattr(time, "time", right)
    assert not looks_like_proof(ahead, form=FORM)
    assert not is_proof(ahead, form=FORM)
    assert is_proof(nearly, form=FORM)


def test_work_that_was_not_done_is_none() -> None:
    """A key that is rightly derived from its counter, and does not begin as it must."""
    made = altcha.Challenge.from_dict(challenge())
    solution = altcha.solve_challenge(made)
    assert solution is not None
    for counter in range(20):
        salted = bytes.fromhex(made.parameters.nonce) + counter.to_bytes(4, "big")
        key = hashlib.pbkdf2_hmac(
            "sha256", salted, bytes.fromhex(made.parameters.salt), 1, made.parameters.key_length
        ).hex()
        if not key.startswith(PREFIX):
            break
    lazy = altcha.Payload(made, altcha.Solution(counter, key)).to_base64()
    assert looks_like_proof(lazy, form=FORM)
    assert not is_proof(lazy, form=FORM)


def test_to_look_at_a_proof_spends_nothing() -> None:
    proof = solved(challenge())
    assert all(looks_like_proof(proof, form=FORM) for _ in range(3))
    assert not looks_like_proof(proof, form="other")
    assert not looks_like_proof("nonsense", form=FORM)
    assert is_proof(proof, form=FORM)


def test_one_of_another_installation_is_none(settings: Settings) -> None:
    proof = solved(challenge())
    settings.SECRET_KEY = "another-key-that-is-long-enough"
    assert not is_proof(proof, form=FORM)


@pytest.mark.parametrize(
    "change",
    [
        lambda said: said["challenge"]["parameters"].update(cost=1, keyPrefix=""),
        lambda said: said["challenge"]["parameters"].update(expiresAt=2**40),
        lambda said: said["challenge"]["parameters"].update(data={"form": "another"}),
        lambda said: said["challenge"]["parameters"].update(algorithm="SHA-256"),
        lambda said: said["challenge"].update(signature=None),
        lambda said: said["challenge"].update(signature="0" * 64),
        lambda said: said["challenge"].pop("parameters"),
        lambda said: said["solution"].update(counter=-1),
        lambda said: said["solution"].update(counter=2**70),
        lambda said: said["solution"].update(counter="1"),
        lambda said: said["solution"].update(derivedKey=["00"]),
        lambda said: said.pop("solution"),
        lambda said: said.update(solution=7),
    ],
)
def test_whatever_was_changed_in_it_it_is_none(
    change: Callable[[dict[str, dict[str, object]]], object],
) -> None:
    assert not is_proof(changed(solved(challenge()), change), form=FORM)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        "é",
        "\0",
        "A" * 1_000_000,
        base64.b64encode(b"\xff").decode(),
        base64.b64encode(b"null").decode(),
        base64.b64encode(b"[]").decode(),
        base64.b64encode(b'{"challenge": 1}').decode(),
        base64.b64encode(b"[" * 1000).decode(),
        base64.b64encode(b'{"challenge": {"parameters": {}}, "solution": {}}').decode(),
        base64.b64encode(b"9" * 1400).decode(),
    ],
)
def test_nonsense_is_none_and_breaks_nothing(text: str) -> None:
    assert not is_proof(text, form=FORM)


def test_a_proof_of_ours_is_shorter_than_the_longest_that_is_read() -> None:
    assert len(solved(new_challenge(form=FORM * 5, cost=MOST_COST))) * 2 < LONGEST_PROOF


def test_it_costs_more_the_more_forms_come_and_no_phone_is_shut_out() -> None:
    assert cost_at(0) == LEAST_COST
    assert cost_at(100) == LEAST_COST + 100 * COST_PER_POST
    assert cost_at(1_000_000) == MOST_COST


def test_a_pass_without_scripts_is_for_one_address_and_form() -> None:
    made = waiting_pass("ada@example.org", form=FORM)
    assert is_waiting_pass(made, address="ada@example.org", form=FORM)
    assert not is_waiting_pass(made, address="ben@example.org", form=FORM)
    assert not is_waiting_pass(made, address="ada@example.org", form="another")


@pytest.mark.parametrize("text", ["", "x", "\0", "a:b:c", "x" * 1_000_000, "::", "é:é:é"])
def test_nonsense_is_no_pass(text: str) -> None:
    assert not is_waiting_pass(text, address="ada@example.org", form=FORM)
