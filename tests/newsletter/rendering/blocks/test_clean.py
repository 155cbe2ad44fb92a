"""Cleaning blocks: wrong, hostile, huge and empty input, and the path of each fault."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.rendering.blocks.clean import (
    MAXIMUM_BLOCKS,
    blocks_that_need_an_event,
    clean_blocks,
    faults_of,
)
from newsletter.rendering.blocks.registry import BLOCK_TYPES
from newsletter.rendering.content_errors import BlockError

HEADING: dict[str, Any] = {"type": "heading", "text": "Our next meeting"}

FAULTS: list[tuple[object, str, str]] = [
    (None, "blocks[0]", "must be an object"),
    ("heading", "blocks[0]", "must be an object"),
    ([], "blocks[0]", "must be an object"),
    ({}, "blocks[0].type", "is no block"),
    ({"type": None}, "blocks[0].type", "is no block"),
    ({"type": ["heading"]}, "blocks[0].type", "is no block"),
    ({"type": "raw", "html": "<script>"}, "blocks[0].type", "is no block"),
    ({"type": "x" * 100_000}, "blocks[0].type", "is no block"),
]


def test_cleaning_what_was_cleaned_changes_nothing() -> None:
    once = clean_blocks(
        [
            {"type": "quotation", "text": " a  b \r\n\r\n\r\n\r\n c "},
            {"type": "rich_text", "html": "a<b>&b"},
        ]
    )
    assert once[0] == {"type": "quotation", "text": "a b\n\nc", "source": ""}
    assert clean_blocks(once) == once


@pytest.mark.parametrize(("block", "path", "problem"), FAULTS)
def test_a_fault_says_where_and_what(block: object, path: str, problem: str) -> None:
    with pytest.raises(BlockError) as caught:
        clean_blocks([block])
    assert caught.value.path == path
    assert problem in caught.value.problem
    assert str(caught.value) == f"{path}: {caught.value.problem}"
    assert len(str(caught.value)) < 400
    str(caught.value).encode()


def test_the_path_begins_where_the_caller_says() -> None:
    with pytest.raises(BlockError) as caught:
        clean_blocks(
            [HEADING, {"type": "button", "label": "x", "url": "x"}], path="contents.en.blocks"
        )
    assert caught.value.path == "contents.en.blocks[1].url"


@pytest.mark.parametrize("data", [None, "x", {}, 5, {"type": "divider"}])
def test_blocks_must_be_a_list(data: object) -> None:
    with pytest.raises(BlockError, match="must be a list"):
        clean_blocks(data)


def test_no_blocks_at_all_is_a_draft_like_any_other() -> None:
    assert clean_blocks([]) == []


def test_there_is_a_most_of_blocks() -> None:
    assert len(clean_blocks([{"type": "divider"}] * MAXIMUM_BLOCKS)) == MAXIMUM_BLOCKS
    with pytest.raises(BlockError, match="at most"):
        clean_blocks([{"type": "divider"}] * (MAXIMUM_BLOCKS + 1))


def test_an_odd_name_of_a_field_stays_short_in_the_message() -> None:
    with pytest.raises(BlockError) as caught:
        clean_blocks([{"type": "divider", "x" * 100_000 + "\n": "y"}])
    assert len(str(caught.value)) < 200


def test_sentinel_characters_never_come_in() -> None:
    kept = clean_blocks(
        [
            {"type": "heading", "text": "a\ue000given_name\ue001"},
            {"type": "rich_text", "html": "<p>\ue000full_name\ue001</p>"},
        ]
    )
    assert "\ue000" not in str(kept)
    assert "\ue001" not in str(kept)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "text", "html", "url", "alt", "label", "x"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)
BLOCK = st.fixed_dictionaries(
    {"type": st.sampled_from(sorted(BLOCK_TYPES))},
    optional=dict.fromkeys(("text", "html", "url", "alt", "label", "source"), JSON),
)


@given(JSON | st.lists(BLOCK, max_size=3))
def test_any_json_is_cleaned_or_a_fault(data: object) -> None:
    try:
        kept = clean_blocks(data)
    except BlockError:
        return
    assert clean_blocks(kept) == kept


def test_all_faults_of_a_block_are_told() -> None:
    faults = faults_of({"type": "image", "url": "http://x/", "alt": ""}, path="blocks[2]")
    assert {fault.path for fault in faults} == {"blocks[2].url", "blocks[2].alt"}


@pytest.mark.parametrize(
    ("block", "path"), [(None, "b"), ({}, "b.type"), ({"type": "divider", "text": "x"}, "b.text")]
)
def test_what_has_no_known_shape_is_one_fault(block: object, path: str) -> None:
    assert [fault.path for fault in faults_of(block, path="b")] == [path]


def test_a_block_that_can_be_kept_has_none() -> None:
    assert faults_of({"type": "heading", "text": "Our next meeting"}, path="b") == []


def test_blocks_that_need_an_event_are_named_with_their_place() -> None:
    blocks = [HEADING, {"type": "event_card"}, {"type": "unheard-of"}, {}]
    assert blocks_that_need_an_event(blocks, path="b") == [("b[1]", "Event card")]
