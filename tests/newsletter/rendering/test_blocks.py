"""Blocks: each kind with good, wrong, hostile, huge and empty input, and the path of each fault."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.rendering.blocks import (
    BLOCK_TYPES,
    MAXIMUM_BLOCKS,
    BlockError,
    clean_blocks,
    clean_line,
    faults_of,
)

GOOD: list[dict[str, Any]] = [
    {"type": "heading", "text": "Dear {given_name|colleague} {{ x }}"},
    {"type": "rich_text", "html": "<p>Text</p>"},
    {"type": "event_card"},
    {"type": "image", "url": "https://example.org/a.png", "alt": "The hall"},
    {"type": "button", "label": "Read", "url": "https://example.org/"},
    {"type": "quotation", "text": "First line\nsecond line", "source": "Somebody"},
    {"type": "divider"},
]

FAULTS: list[tuple[object, str, str]] = [
    (None, "blocks[0]", "must be an object"),
    ("heading", "blocks[0]", "must be an object"),
    ([], "blocks[0]", "must be an object"),
    ({}, "blocks[0].type", "is no block"),
    ({"type": None}, "blocks[0].type", "is no block"),
    ({"type": ["heading"]}, "blocks[0].type", "is no block"),
    ({"type": "raw", "html": "<script>"}, "blocks[0].type", "is no block"),
    ({"type": "x" * 100_000}, "blocks[0].type", "is no block"),
    ({"type": "divider", "colour": "red"}, "blocks[0].colour", "no such field"),
    ({"type": "event_card", "html": "x"}, "blocks[0].html", "no such field"),
    ({"type": "heading", "text": "x", "level": 1}, "blocks[0].level", "no such field"),
    ({"type": "heading"}, "blocks[0].text", "is missing"),
    ({"type": "heading", "text": ""}, "blocks[0].text", "is empty"),
    ({"type": "heading", "text": "  \u2003 "}, "blocks[0].text", "is empty"),
    ({"type": "heading", "text": 5}, "blocks[0].text", "must be text"),
    ({"type": "heading", "text": ["x"]}, "blocks[0].text", "must be text"),
    ({"type": "heading", "text": "a\nb"}, "blocks[0].text", "one line"),
    ({"type": "heading", "text": "a\x00b"}, "blocks[0].text", "one line"),
    ({"type": "heading", "text": "a\ud800b"}, "blocks[0].text", "one line"),
    ({"type": "heading", "text": "x" * 201}, "blocks[0].text", "200 are the most"),
    ({"type": "heading", "text": "x" * 1_000_000}, "blocks[0].text", "200 are the most"),
    ({"type": "heading", "text": "{shoe_size}"}, "blocks[0].text", "no merge field"),
    ({"type": "rich_text"}, "blocks[0].html", "is missing"),
    ({"type": "rich_text", "html": None}, "blocks[0].html", "is missing"),
    ({"type": "rich_text", "html": {"a": 1}}, "blocks[0].html", "must be text"),
    ({"type": "rich_text", "html": ""}, "blocks[0].html", "holds no text"),
    ({"type": "rich_text", "html": "<p>a\x00b</p>"}, "blocks[0].html", "control characters"),
    ({"type": "rich_text", "html": "<p>\udfff</p>"}, "blocks[0].html", "control characters"),
    ({"type": "rich_text", "html": "x" * 1_000_000}, "blocks[0].html", "longer than"),
    (
        {"type": "rich_text", "html": "<a href='javascript:x'>x</a>"},
        "blocks[0].html",
        "must start with https",
    ),
    ({"type": "image", "url": "https://example.org/a.png"}, "blocks[0].alt", "don't see it"),
    (
        {"type": "image", "url": "https://example.org/a.png", "alt": ""},
        "blocks[0].alt",
        "don't see it",
    ),
    (
        {"type": "image", "url": "https://example.org/a.png", "alt": "  "},
        "blocks[0].alt",
        "is empty",
    ),
    ({"type": "image", "url": "http://example.org/a.png", "alt": "x"}, "blocks[0].url", "https://"),
    ({"type": "image", "url": "data:image/png;base64,x", "alt": "x"}, "blocks[0].url", "https://"),
    ({"type": "image", "url": "{archive_url}", "alt": "x"}, "blocks[0].url", "no URL can hold"),
    ({"type": "image", "alt": "x"}, "blocks[0].url", "is missing"),
    ({"type": "button", "label": "x"}, "blocks[0].url", "is missing"),
    ({"type": "button", "url": "https://example.org"}, "blocks[0].label", "is missing"),
    (
        {"type": "button", "label": "x" * 81, "url": "https://example.org"},
        "blocks[0].label",
        "80 are the most",
    ),
    (
        {"type": "button", "label": "x", "url": "javascript:alert(1)"},
        "blocks[0].url",
        "must start with https",
    ),
    (
        {"type": "button", "label": "x", "url": "https://example.org/{given_name}"},
        "blocks[0].url",
        "as a whole",
    ),
    ({"type": "button", "label": "x", "url": 7}, "blocks[0].url", "must be text"),
    ({"type": "quotation", "text": " \n "}, "blocks[0].text", "is empty"),
    ({"type": "quotation", "text": "x" * 2001}, "blocks[0].text", "2000 are the most"),
    ({"type": "quotation", "text": "x", "source": "a\nb"}, "blocks[0].source", "one line"),
    ({"type": "quotation", "text": "x", "source": 1.5}, "blocks[0].source", "must be text"),
]


def test_every_kind_has_its_good_case_here() -> None:
    assert {block["type"] for block in GOOD} == set(BLOCK_TYPES)


def test_good_blocks_are_kept_as_they_are() -> None:
    assert clean_blocks(GOOD) == GOOD


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
            [*GOOD, {"type": "button", "label": "x", "url": "x"}], path="contents.en.blocks"
        )
    assert caught.value.path == "contents.en.blocks[7].url"


@pytest.mark.parametrize("data", [None, "x", {}, 5, {"type": "divider"}])
def test_blocks_must_be_a_list(data: object) -> None:
    with pytest.raises(BlockError, match="must be a list"):
        clean_blocks(data)


def test_an_empty_letter_is_a_draft_like_any_other() -> None:
    assert clean_blocks([]) == []


def test_there_is_a_most_of_blocks() -> None:
    assert len(clean_blocks([{"type": "divider"}] * MAXIMUM_BLOCKS)) == MAXIMUM_BLOCKS
    with pytest.raises(BlockError, match="are the most"):
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


def test_a_line_is_trimmed_and_its_fields_are_known() -> None:
    assert (
        clean_line("  You are  invited, {given_name|colleague} ", path="subject", maximum=200)
        == "You are invited, {given_name|colleague}"
    )


@pytest.mark.parametrize(
    "text",
    [
        "a\r\nBcc: x@example.org",
        "a\nb",
        "a\x00",
        "a\x7f",
        "a\u2028b",
        "\ud83d",
        "{nope}",
        "x" * 201,
        None,
        5,
        [],
        "",
        "  ",
    ],
)
def test_a_bad_line_is_a_fault(text: object) -> None:
    with pytest.raises(BlockError) as caught:
        clean_line(text, path="contents.en.subject", maximum=200)
    assert caught.value.path == "contents.en.subject"


@pytest.mark.parametrize("text", [None, "", "  "])
def test_a_line_that_is_not_required_may_be_empty(text: object) -> None:
    assert clean_line(text, path="preheader", maximum=200, required=False) == ""


@pytest.mark.parametrize(
    "text",
    ["Üdvözöljük Önt 🕊️", "دعوة إلى الاجتماع", "{{ x }} {% y %}", "50 % < 100 & more", "می‌خواهم"],
)
def test_lines_of_any_script_pass(text: str) -> None:
    assert clean_line(text, path="subject", maximum=200) == text


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
