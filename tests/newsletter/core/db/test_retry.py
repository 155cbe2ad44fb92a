import pytest
from django.db import IntegrityError, OperationalError

from newsletter.core.db import retry as module
from newsletter.core.db.retry import db_retry

pytestmark = pytest.mark.services


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "AGAIN_AFTER", (0.0, 0.0))


@pytest.mark.parametrize("failures", [0, 1, 2])
def test_what_is_known_is_written_as_soon_as_the_database_is_back(
    transactional_db: None, failures: int
) -> None:
    calls: list[int] = []

    def settle() -> str:
        calls.append(1)
        if len(calls) <= failures:
            raise OperationalError("the server closed the connection")
        return "settled"

    assert db_retry(settle, what="It") == "settled"
    assert len(calls) == failures + 1


def test_a_database_that_does_not_come_back_is_told(transactional_db: None) -> None:
    def settle() -> None:
        raise OperationalError("gone")

    with pytest.raises(OperationalError):
        db_retry(settle, what="It")


def test_a_mistake_is_not_repeated(transactional_db: None) -> None:
    calls: list[int] = []

    def settle() -> None:
        calls.append(1)
        raise IntegrityError("twice")

    with pytest.raises(IntegrityError):
        db_retry(settle, what="It")
    assert len(calls) == 1
