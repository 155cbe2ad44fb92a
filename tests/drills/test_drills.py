"""Ten histories of the crash drill; `make drill` runs 200."""

from collections.abc import Iterator

import pytest

from tests.drills.plan import SERVICES, plan
from tests.drills.run import run
from tests.drills.servers import Templates, templates

pytestmark = pytest.mark.journey

SEEDS = (11, 15, 29, 31, 33, 42, 44, 47, 60, 65)


@pytest.fixture(scope="module")
def made() -> Iterator[Templates]:
    with templates() as found:
        yield found


@pytest.mark.parametrize("seed", SEEDS)
def test_no_promise_is_broken_in_history(seed: int, made: Templates) -> None:
    planned = plan(seed)
    if planned.mode == SERVICES and made.cluster is None:
        pytest.skip("it needs PostgreSQL and Redis, which are not installed")
    result = run(seed, "", made)
    assert not result.complaints, "\n".join([str(planned), *result.complaints, result.evidence])
