"""Fields that need not be filled in. What a filled one may hold: the tests of each block."""

import pytest

from newsletter.rendering.blocks.fields import (
    BlockField,
    ImageUrlField,
    LineField,
    LinesField,
    LinkField,
    RichTextField,
)
from newsletter.rendering.blocks.surroundings import Surroundings
from newsletter.rendering.content_errors import BlockError
from newsletter.rendering.theme import theme_of, writing_of

AROUND = Surroundings(
    path="blocks[2]",
    is_first=False,
    theme=theme_of("#1f3a5f"),
    writing=writing_of("en"),
    event=None,
)


def fields(*, required: bool) -> list[BlockField]:
    return [
        LineField(name="x", label="X", maximum=10, required=required),
        LinesField(name="x", label="X", maximum=10, required=required),
        RichTextField(name="x", label="X", required=required),
        LinkField(name="x", label="X", required=required),
        ImageUrlField(name="x", label="X", required=required),
    ]


@pytest.mark.parametrize("value", [None, "", "  "])
@pytest.mark.parametrize("field", fields(required=False), ids=lambda field: type(field).__name__)
def test_an_optional_field_may_be_empty(field: BlockField, value: str | None) -> None:
    assert field.clean(value, path="x") == ""
    assert field.prepare("", around=AROUND) == ""


@pytest.mark.parametrize("value", [None, "", "  "])
@pytest.mark.parametrize("field", fields(required=True), ids=lambda field: type(field).__name__)
def test_a_required_field_may_not(field: BlockField, value: str | None) -> None:
    with pytest.raises(BlockError) as caught:
        field.clean(value, path="blocks[2].x")
    assert caught.value.path == "blocks[2].x"


@pytest.mark.parametrize("field", fields(required=False), ids=lambda field: type(field).__name__)
def test_an_optional_field_that_is_filled_in_is_checked(field: BlockField) -> None:
    with pytest.raises(BlockError):
        field.clean("javascript:\x00" * 10, path="x")


def test_a_field_says_where_it_stands_when_it_can_not_be_shown() -> None:
    with pytest.raises(BlockError) as caught:
        LinkField(name="url", label="Link").prepare("javascript:x", around=AROUND)
    assert caught.value.path == "blocks[2].url"
