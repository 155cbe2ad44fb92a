"""The size of a claim: as much as fits into two seconds, and little towards the end."""

import pytest
from pytest_django.fixtures import Settings

from campaigns.sending.claims.claim_size import FEWEST, FIRST_CLAIM, first_size, next_size

MANY = 1_000_000


@pytest.mark.parametrize(("most", "size"), [(1000, FIRST_CLAIM), (7, 7)])
def test_the_first_claim_is_small_and_never_larger_than_any_may_be(
    most: int, size: int, settings: Settings
) -> None:
    settings.SEND_BATCH_SIZE = most

    assert first_size() == size


@pytest.mark.parametrize(
    ("size", "claimed", "left", "took", "call", "following"),
    [
        pytest.param(200, 200, MANY, 2.0, 1, 200, id="as fast as before"),
        pytest.param(200, 200, MANY, 1.0, 1, 400, id="twice as fast"),
        pytest.param(200, 200, MANY, 8.0, 1, 50, id="a quarter as fast"),
        pytest.param(50, 50, MANY, 0.0, 1, 500, id="no more than ten times as large"),
        pytest.param(500, 500, MANY, 0.1, 1, 1000, id="no more than any claim may be"),
        pytest.param(200, 200, MANY, 600.0, 1, FEWEST, id="very slow"),
        pytest.param(200, 0, MANY, 0.01, 1, FEWEST, id="nothing was claimed"),
        pytest.param(400, 400, 300, 2.0, 1, 150, id="half of what is left"),
        pytest.param(400, 400, 10, 2.0, 1, FIRST_CLAIM, id="the first size at the end"),
        pytest.param(400, 20, 10, 2.0, 1, 20, id="a slow mailer at the end"),
        pytest.param(400, 400, 10, 2.0, 300, 300, id="one whole call at the end"),
        pytest.param(2000, 2000, MANY, 2.0, 2000, 2000, id="a call larger than any claim"),
    ],
)
def test_a_claim_is_as_large_as_its_reasons_allow(
    size: int, claimed: int, left: int, took: float, call: int, following: int, settings: Settings
) -> None:
    settings.SEND_BATCH_SIZE = 1000

    assert next_size(size, claimed=claimed, left=left, took=took, call=call) == following
