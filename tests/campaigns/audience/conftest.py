"""The bodies of a new installation, which a test of several transactions may have removed."""

import pytest

from subscribers.countries import refresh_bodies
from subscribers.models import Body


@pytest.fixture
def bodies(db: None) -> None:
    """Kosovo and the European Parliament, which conditions may name."""
    for code, name in (("XK", "Kosovo"), ("XE", "European Parliament")):
        Body.objects.get_or_create(code=code, defaults={"name": name})
    refresh_bodies()
