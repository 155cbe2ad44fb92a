"""Keys of ours: how long they must be."""

import pytest

from config.environment.signing_keys import MINIMUM_KEY_LENGTH, parse_own_key, parse_own_keys
from config.environment.unusable_value import UnusableValue


def test_a_key_has_32_characters_at_least() -> None:
    assert parse_own_key("k" * 32) == "k" * 32
    with pytest.raises(UnusableValue, match="shorter than 32 characters"):
        parse_own_key("k" * 31)


def test_each_of_several_keys_is_long_enough() -> None:
    long = "k" * MINIMUM_KEY_LENGTH
    assert parse_own_keys(f"{long}, {long}") == [long, long]
    with pytest.raises(UnusableValue, match="shorter"):
        parse_own_keys(f"{long},short")


def test_the_example_of_a_complaint_is_a_good_key_and_never_the_same() -> None:
    examples = set()
    for _ in range(2):
        with pytest.raises(UnusableValue) as complaint:
            parse_own_key("hush-hush")
        assert "hush-hush" not in str(complaint.value)
        examples.add(parse_own_key(complaint.value.example))
    assert len(examples) == 2
