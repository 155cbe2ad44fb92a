import json

import pytest

from campaigns.studio.composer.form import (
    ComposerForm,
    IncompleteForm,
    TypedBlock,
    find_errors,
    read_form,
    rearrange,
    showable,
)
from newsletter.rendering.blocks.clean import MAXIMUM_BLOCKS
from tests.campaigns.studio.page_helpers import form

HEADING = {"type": "heading", "text": "A"}
BUTTON = {"type": "button", "label": "Go", "url": "https://example.org/"}
DIVIDER = {"type": "divider"}


def kinds(typed: ComposerForm) -> list[str]:
    return [block.type for block in typed.blocks]


def test_what_was_typed_comes_back_as_it_was_typed() -> None:
    typed = read_form(form(HEADING, BUTTON, subject=" <b>", preheader="x"))
    assert (typed.subject, typed.preheader) == (" <b>", "x")
    assert typed.data() == [{"id": "b0", **HEADING}, {"id": "b1", **BUTTON}]


@pytest.mark.parametrize(
    "order", ["-1", "x", "b0 b1", "b0 b0", "B0", "٣", "b0-type", "b" * 17, "\x00", "b0\x00"]
)
def test_a_form_with_another_list_of_blocks_than_its_fields_is_refused(order: str) -> None:
    with pytest.raises(IncompleteForm):
        read_form({**form(HEADING), "blocks": order})


def test_so_is_one_that_was_cut_short() -> None:
    with pytest.raises(IncompleteForm):
        read_form({"subject": "x"})


def test_a_huge_number_of_blocks_reads_one_more_than_an_email_may_hold() -> None:
    assert len(read_form(form(*[DIVIDER] * 500)).blocks) == MAXIMUM_BLOCKS + 1


def test_unknown_fields_are_dropped() -> None:
    typed = {"blocks": "b0", "subject": "", "preheader": "", "b0-type": "divider", "b0-x": "y"}
    assert read_form(typed).data() == [{"id": "b0", "type": "divider"}]


@pytest.mark.parametrize("name", ["carousel", "", "__class__"])
def test_a_block_of_an_unknown_type_is_never_dropped_by_saving(name: str) -> None:
    typed = {"blocks": "b0", "subject": "", "preheader": "", "b0-type": name}
    with pytest.raises(IncompleteForm, match="doesn’t know"):
        read_form(typed)


def test_removed_blocks_are_put_back_one_after_the_other_where_they_stood() -> None:
    blocks = [TypedBlock("heading", {"text": text}) for text in ("One", "Two", "Three")]
    typed = ComposerForm(blocks=list(blocks))
    rearrange(typed, f"remove:{blocks[1].id}")
    rearrange(typed, f"remove:{blocks[2].id}")
    # The form goes to the browser and comes back.
    typed = read_form({**form(*typed.data()), "removed": json.dumps(typed.removed_data())})

    assert rearrange(typed, "put_back") == 1
    assert rearrange(typed, "put_back") == 1
    assert [block.values["text"] for block in typed.blocks] == ["One", "Two", "Three"]
    assert rearrange(typed, "put_back") is None


@pytest.mark.parametrize(
    "removed",
    [
        "[", "7", "{}", "null", "[" * 5000, '[[0]]', '[[-1, {"type": "heading"}]]',
        '[[0, {"type": "carousel"}]]', '[["0", {"type": "heading"}]]', '[[0, {"text": "x"}]]',
    ],
)  # fmt: skip
def test_what_is_no_removed_block_is_left_out(removed: str) -> None:
    typed = {"blocks": "", "subject": "", "preheader": "", "removed": removed}
    assert read_form(typed).removed == []


@pytest.mark.parametrize(
    ("text", "read"), [('"\\ud800"', "?"), ("7", ""), ("null", ""), ("[" * 900 + "]" * 900, "")]
)
def test_a_removed_block_holds_what_a_form_can_show(text: str, read: str) -> None:
    removed = f'[[0, {{"type": "heading", "text": {text}}}]]'
    typed = read_form({"blocks": "", "subject": "", "preheader": "", "removed": removed})
    assert [block.values for _, block in typed.removed] == [{"text": read}]


def test_a_removed_block_stands_at_the_end_where_its_place_is_gone() -> None:
    form = ComposerForm(removed=[(7, TypedBlock("divider"))])
    assert rearrange(form, "put_back") == 0


@pytest.mark.parametrize(
    ("act", "after", "focus"),
    [
        ("add:divider", ["heading", "button", "divider"], 2),
        ("add:divider:b0", ["heading", "divider", "button"], 1),
        ("add:divider:b1", ["heading", "button", "divider"], 2),
        ("up:b1", ["button", "heading"], 0),
        ("down:b0", ["button", "heading"], 1),
        ("up:b0", ["heading", "button"], 0),
        ("down:b1", ["heading", "button"], 1),
        ("duplicate:b0", ["heading", "heading", "button"], 1),
        ("remove:b0", ["button"], 0),
        ("remove:b1", ["heading"], 0),
    ],
)
def test_buttons_rearrange_the_blocks(act: str, after: list[str], focus: int) -> None:
    typed = read_form(form(HEADING, BUTTON))
    assert rearrange(typed, act) == focus
    assert kinds(typed) == after


@pytest.mark.parametrize(
    "act",
    [
        "",
        ":",
        "up",
        "up:",
        "up:-1",
        "up:b7",
        "remove:x",
        "add",
        "add:script",
        "explode:b0",
        "add:divider:x",
        "up:0",
    ],
)
def test_an_act_that_means_nothing_changes_nothing(act: str) -> None:
    typed = read_form(form(HEADING, BUTTON))
    rearrange(typed, act)
    assert kinds(typed) == ["heading", "button"]


def test_no_block_is_added_to_a_full_email() -> None:
    typed = ComposerForm(blocks=[TypedBlock("divider") for _ in range(MAXIMUM_BLOCKS)])
    assert rearrange(typed, "add:divider") is None
    assert len(typed.blocks) == MAXIMUM_BLOCKS


def test_removing_the_last_block_leaves_an_empty_email() -> None:
    typed = read_form(form(HEADING))
    assert rearrange(typed, "remove:b0") is None
    assert typed.blocks == []


def test_all_faults_are_found_at_once_and_stand_at_their_fields() -> None:
    typed = read_form(
        form(
            {"type": "heading", "text": ""},
            {**BUTTON, "url": "javascript:alert(1)"},
            {"type": "image", "url": "http://x/", "alt": ""},
            subject="",
        )
    )
    assert not find_errors(typed)
    assert typed.errors.keys() == {"subject"}
    assert [sorted(block.errors) for block in typed.blocks] == [["text"], ["url"], ["alt", "url"]]


@pytest.mark.django_db
def test_an_unknown_merge_field_is_named_at_its_field() -> None:
    typed = read_form(form({"type": "heading", "text": "Dear {given_nam}"}))
    assert not find_errors(typed)
    assert "given_nam" in typed.blocks[0].errors["text"]


def test_a_preview_leaves_out_what_is_not_complete_yet() -> None:
    typed = read_form(form(HEADING, {**BUTTON, "url": ""}, DIVIDER))
    assert [block["type"] for block in showable(typed)] == ["heading", "divider"]
