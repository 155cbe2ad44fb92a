"""What differs between two versions, block by block."""

import random
from typing import Any

import pytest

from campaigns.content.compare_content import NOTHING, BlockChange, compare_content
from newsletter.core.word_difference import PieceKind


def content(*blocks: dict[str, Any], subject: str = "Hello") -> dict[str, Any]:
    return {"subject": subject, "preheader": "", "blocks": list(blocks)}


def heading(own_id: str, text: str) -> dict[str, Any]:
    return {"id": own_id, "type": "heading", "text": text}


def said(changes: list[BlockChange]) -> list[tuple[str, list[str]]]:
    return [(change.label, [str(kind) for kind in change.kinds]) for change in changes]


A, B, C, D = (heading(name, name.upper()) for name in "abcd")


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        ([A, B], [A, B], []),
        ([A], [A, B], [("Heading", ["Added"])]),
        ([A, B], [B], [("Heading", ["Removed"])]),
        ([A, B], [B, A], [("Heading", ["Moved"])]),
        ([A, B, C, D], [D, A, B, C], [("Heading", ["Moved"])]),
        ([A], [heading("a", "Other")], [("Heading", ["Changed"])]),
        ([A, B], [B, heading("a", "Other")], [("Heading", ["Changed", "Moved"])]),
    ],
)
def test_blocks_are_known_by_their_ids(
    before: list[Any], after: list[Any], changes: list[Any]
) -> None:
    assert said(compare_content(content(*before), content(*after))) == changes


def test_a_removed_block_is_told_where_it_stood() -> None:
    changes = compare_content(
        content(A, B, C), content(heading("a", "A new"), heading("c", "C new"))
    )
    assert said(changes) == [
        ("Heading", ["Changed"]),
        ("Heading", ["Removed"]),
        ("Heading", ["Changed"]),
    ]


def test_words_of_rich_text_are_compared_as_read_with_their_links() -> None:
    before = {
        "id": "a",
        "type": "rich_text",
        "html": "<p>Read <a href='https://a.example/'>it</a></p>",
    }
    after = {
        "id": "a",
        "type": "rich_text",
        "html": "<p>Read <a href='https://b.example/'>it</a></p>",
    }
    [change] = compare_content(content(before), content(after))
    kinds = {piece.kind: piece.text for piece in change.fields[0].pieces}
    assert "https://a.example/" in kinds[PieceKind.REMOVED]
    assert "https://b.example/" in kinds[PieceKind.ADDED]


def test_formatting_alone_is_told_as_such() -> None:
    before = {"id": "a", "type": "rich_text", "html": "<p>Read it</p>"}
    after = {"id": "a", "type": "rich_text", "html": "<p>Read <em>it</em></p>"}
    [change] = compare_content(content(before), content(after))
    assert change.fields[0].pieces == []


def test_lines_and_choices_are_in_words() -> None:
    before = {"id": "a", "type": "image_text", "url": "", "alt": "", "html": "", "side": "start"}
    changes = compare_content(
        content(before), content({**before, "side": "end"}, subject="Hello all")
    )
    assert said(changes) == [("Subject", ["Changed"]), ("Image with text", ["Changed"])]
    assert "After the text" in "".join(piece.text for piece in changes[1].fields[0].pieces)


def test_another_kind_under_the_same_id_is_removed_and_added() -> None:
    changes = compare_content(content(A), content({"id": "a", "type": "divider"}))
    assert said(changes) == [("Divider", ["Added"]), ("Heading", ["Removed"])]


def test_against_nothing_all_is_removed() -> None:
    assert said(compare_content(content(A, B), NOTHING))[1:] == [("Heading", ["Removed"])] * 2


def test_a_block_of_an_unknown_kind_is_named_as_one() -> None:
    [change] = compare_content(content({"id": "x", "type": "carousel"}), content())
    assert "doesn’t know" in change.label


@pytest.mark.parametrize("seed", range(20))
def test_each_removed_and_added_block_is_told_once(seed: int) -> None:
    chance = random.Random(seed)
    names = [f"n{number}" for number in range(12)]
    old, new = chance.sample(names, 8), chance.sample(names, 8)
    changes = compare_content(
        content(*(heading(each, each) for each in old)),
        content(*(heading(each, each) for each in new)),
    )
    kinds = [kind for change in changes for kind in change.kinds]
    assert kinds.count("Removed") == len(set(old) - set(new))  # type: ignore[arg-type]
    assert kinds.count("Added") == len(set(new) - set(old))  # type: ignore[arg-type]


def test_all_blocks_of_a_page_share_one_budget() -> None:
    before = [heading(f"b{number}", "a b " * 400) for number in range(60)]
    after = [heading(f"b{number}", "b c " * 400 + "c") for number in range(60)]
    changes = compare_content(content(*before), content(*after))
    assert [len(change.fields[0].pieces) for change in changes] == [2] * 60

    # One that is short is compared in what the others left.
    changes = compare_content(
        content(*before[:8], heading("s", "We meet on Tuesday")),
        content(*after[:8], heading("s", "We meet on Friday")),
    )
    pieces = changes[-1].fields[0].pieces
    assert [piece.text for piece in pieces] == ["We meet on ", "Tuesday", "Friday"]
