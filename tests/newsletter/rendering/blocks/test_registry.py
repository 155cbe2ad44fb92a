"""The registry, and what holds for each type of block in it."""

from importlib import import_module
from typing import Any

import pytest

from newsletter.models import Brand
from newsletter.rendering.blocks.clean import clean_blocks
from newsletter.rendering.blocks.registry import BLOCK_TYPES, AlreadyRegistered, register, type_of
from newsletter.rendering.content_errors import BlockError
from tests.newsletter.rendering.sample_emails import rendered
from tests.samples import EVENT


def cases(name: str) -> Any:
    """Return the test module of a type of block, with its GOOD blocks and its FAULTS."""
    return import_module(f"tests.newsletter.rendering.blocks.test_{name}")


GOOD = [block for name in BLOCK_TYPES for block in cases(name).GOOD]
FAULTS = [fault for name in BLOCK_TYPES for fault in cases(name).FAULTS]


@pytest.mark.parametrize("name", BLOCK_TYPES)
def test_each_type_has_a_good_case_and_a_fault_in_its_own_tests(name: str) -> None:
    blocks = [*cases(name).GOOD, *(fault[0] for fault in cases(name).FAULTS)]
    assert {block["type"] for block in blocks} == {name}
    assert cases(name).GOOD
    assert cases(name).FAULTS


@pytest.mark.parametrize("block", GOOD, ids=str)
def test_a_good_block_is_kept_as_it_is(block: dict[str, Any]) -> None:
    assert clean_blocks([block]) == [block]


@pytest.mark.parametrize(("block", "field", "problem"), FAULTS, ids=range(len(FAULTS)))
def test_a_fault_says_where_and_what(block: object, field: str, problem: str) -> None:
    with pytest.raises(BlockError) as caught:
        clean_blocks([block])
    assert caught.value.path == f"blocks[0].{field}"
    assert problem in caught.value.problem
    assert str(caught.value) == f"{caught.value.path}: {caught.value.problem}"
    assert len(str(caught.value)) < 400
    str(caught.value).encode()


@pytest.mark.parametrize("block", GOOD, ids=str)
def test_a_good_block_changes_both_parts_of_an_email(block: dict[str, Any], brand: Brand) -> None:
    empty, mail = rendered(brand, event=EVENT), rendered(brand, block, event=EVENT)
    assert len(mail.html) > len(empty.html)
    assert len(mail.text) > len(empty.text)


@pytest.mark.parametrize("name", BLOCK_TYPES)
def test_staff_can_tell_each_type_by_name_and_icon(name: str) -> None:
    block_type = BLOCK_TYPES[name]
    assert block_type.name == name
    assert block_type.label
    assert block_type.icon
    assert block_type.fields or block_type.note


def test_a_name_can_be_taken_only_once() -> None:
    with pytest.raises(AlreadyRegistered, match="heading"):
        register(BLOCK_TYPES["heading"])


@pytest.mark.parametrize("name", [None, ["heading"], {}, "raw", ""])
def test_what_names_no_type_has_none(name: object) -> None:
    assert type_of({"type": name}) is None
