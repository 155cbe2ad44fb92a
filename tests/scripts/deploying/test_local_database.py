"""The database of a new installation: made on this host alone, from what the settings say."""

import pytest

from scripts.deploying.local_database import LocalDatabase, local_database
from scripts.deploying.steps import StepFailed


def test_the_parts_of_the_url_are_taken_apart() -> None:
    made = local_database("postgresql://con%40vene:p%2Fw@127.0.0.1:5433/lists?sslmode=disable")
    assert made == LocalDatabase(role="con@vene", password="p/w", name="lists", port=5433)


@pytest.mark.parametrize("url", ["postgresql://c:p@db.example.org/c", "sqlite:////tmp/c", ""])
def test_the_database_of_another_host_is_somebody_elses_to_make(url: str) -> None:
    assert local_database(url) is None


@pytest.mark.parametrize("url", ["postgresql://c@localhost/c", "postgresql://c:p@localhost/"])
def test_a_url_without_what_is_needed_is_refused(url: str) -> None:
    with pytest.raises(StepFailed, match="needs a role, a password and a database's name"):
        local_database(url)
