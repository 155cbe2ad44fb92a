"""The inputs of the composer's form, made from what a type of block declares."""

import pytest

from campaigns.studio.composer.form import ComposerForm, TypedBlock
from campaigns.studio.composer.inputs import Input, block_forms
from newsletter.rendering.blocks.fields import ChoiceField
from newsletter.rendering.blocks.registry import BLOCK_TYPES


def inputs(block: TypedBlock, *, focus: int | None = None) -> dict[str, Input]:
    (form,) = block_forms(ComposerForm(blocks=[block]), language="en", focus=focus)
    return {each.field.name: each for each in form.inputs}


@pytest.mark.parametrize("name", BLOCK_TYPES)
def test_each_field_of_each_type_has_an_input_with_what_was_typed(name: str) -> None:
    fields = [each for each in BLOCK_TYPES[name].fields if not isinstance(each, ChoiceField)]
    typed = TypedBlock(name, {field.name: f"{field.name} <typed>" for field in fields})
    made = inputs(typed)

    assert list(made) == [field.name for field in BLOCK_TYPES[name].fields]
    for field in fields:
        assert f'name="{typed.id}-{field.name}"' in made[field.name].html
        assert f"{field.name} &lt;typed&gt;" in made[field.name].html
        assert made[field.name].identifier == f"{typed.id}-{field.name}"


def test_a_choice_is_a_menu_with_what_was_chosen() -> None:
    made = inputs(TypedBlock("image_text", {"side": "end"}))

    assert '<option value="end" selected>After the text</option>' in made["side"].html
    assert '<option value="start">' in made["side"].html


def test_an_address_gets_the_keyboard_for_addresses_and_no_merge_fields() -> None:
    made = inputs(TypedBlock("button"))

    assert 'inputmode="url"' in made["url"].html
    assert "data-merge" not in made["url"].html
    assert "data-merge" in made["label"].html


def test_hint_and_error_are_tied_to_their_input() -> None:
    made = inputs(TypedBlock("button", errors={"url": "Fill in this field."}, id="b0"))

    assert made["url"].error == "Fill in this field."
    assert 'aria-describedby="b0-url-hint b0-url-error"' in made["url"].html
    assert 'aria-invalid="true"' in made["url"].html
    assert "aria-" not in made["label"].html


def test_the_first_input_of_the_block_in_focus_takes_the_cursor() -> None:
    made = inputs(TypedBlock("button"), focus=0)

    assert "autofocus" in made["label"].html
    assert "autofocus" not in made["url"].html
    assert "autofocus" not in inputs(TypedBlock("button"), focus=1)["label"].html
