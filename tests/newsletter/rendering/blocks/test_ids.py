"""Blocks keep the id that they were given."""

from collections.abc import Callable

import pytest

from newsletter.rendering.blocks.clean import clean_blocks, keep_blocks
from newsletter.rendering.blocks.ids import is_id, new_id, with_ids
from newsletter.rendering.content_errors import BlockError

type Take = Callable[[object], list[dict[str, object]]]

HEADING = {"id": "a1", "type": "heading", "text": "Hello"}
DIVIDER = {"type": "divider"}


@pytest.mark.parametrize("take", [clean_blocks, keep_blocks])
def test_an_id_is_kept_and_none_is_made(take: Take) -> None:
    assert take([HEADING, DIVIDER]) == [HEADING, DIVIDER]


@pytest.mark.parametrize("take", [clean_blocks, keep_blocks])
@pytest.mark.parametrize("bad", ["", "A", "b-1", "x" * 17, "ü", "a\n", 7, [], {}, True])
def test_an_id_of_another_shape_is_refused_with_its_place(take: Take, bad: object) -> None:
    with pytest.raises(BlockError) as refused:
        take([DIVIDER, {**HEADING, "id": bad}])
    assert refused.value.path == "blocks[1].id"


def test_two_blocks_never_have_the_same_id() -> None:
    with pytest.raises(BlockError, match="another block") as refused:
        clean_blocks([HEADING, {"id": "a1", **DIVIDER}])
    assert refused.value.path == "blocks[1].id"


def test_blocks_without_one_are_named_by_their_place() -> None:
    assert [each["id"] for each in with_ids([DIVIDER, HEADING, DIVIDER])] == ["b0", "a1", "b2"]


def test_an_id_by_place_is_never_one_that_is_taken() -> None:
    ids = [each["id"] for each in with_ids([DIVIDER, {**HEADING, "id": "b0"}])]
    assert ids[1] == "b0"
    assert ids[0] != "b0"
    assert is_id(ids[0])


def test_new_ids_differ() -> None:
    assert len({new_id() for _ in range(1000)}) == 1000
