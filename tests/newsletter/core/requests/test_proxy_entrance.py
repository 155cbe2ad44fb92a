"""A machine that has no more of the loopback than 127.0.0.1 serves pages all the same."""

import pytest

from newsletter.core.requests.proxy_entrance import PROXY_ENTRANCE, without_missing_entrance


@pytest.mark.parametrize(("platform", "listens"), [("linux", 2), ("darwin", 1), ("freebsd14", 1)])
def test_the_proxys_entrance_is_left_out_where_the_machine_does_not_have_it(
    platform: str, listens: int
) -> None:
    binds = ["127.0.0.1:8000", f"{PROXY_ENTRANCE}:8000"]
    assert without_missing_entrance(binds, platform=platform) == binds[:listens]
