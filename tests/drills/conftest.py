"""The templates of databases, which all histories of a test process share."""

from collections.abc import Iterator

import pytest

from tests.drills.servers import Templates, templates


@pytest.fixture(scope="session")
def made() -> Iterator[Templates]:
    with templates() as found:
        yield found
