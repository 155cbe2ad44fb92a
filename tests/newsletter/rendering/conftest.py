"""Rendering asks the database for custom fields, where a merge field is none of ours."""

import pytest


@pytest.fixture(autouse=True)
def custom_fields(request: pytest.FixtureRequest) -> None:
    """Let custom fields be looked up, but for tests in a browser, in whose loop nothing may be."""
    if request.node.get_closest_marker("browser") is None:
        request.getfixturevalue("db")
