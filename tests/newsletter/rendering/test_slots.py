"""Slots: people's texts, kept away from MRML."""

from newsletter.rendering.slots import Slots


def test_a_slot_takes_text_escaped_and_looks_at_it_no_more() -> None:
    slots = Slots()
    first, second = slots.put("slot1slot <b>"), slots.put("two")
    assert slots.fill(f"{first}|{second}") == "slot1slot &lt;b&gt;|two"


def test_empty_texts_numbers_and_nothing_stay_what_they_are() -> None:
    assert Slots().put({"a": "", "b": 3, "c": None, "d": [True]}) == {
        "a": "",
        "b": 3,
        "c": None,
        "d": [True],
    }
