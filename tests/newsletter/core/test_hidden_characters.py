import pytest

from newsletter.core.hidden_characters import hidden_fault_of


@pytest.mark.parametrize("text", ["\u200b", "\u2060\ufeff", "\u00a0\u200e", " \u0301"])
def test_a_text_of_which_nothing_can_be_seen_is_a_fault(text: str) -> None:
    assert "nothing that can be seen" in hidden_fault_of(text)


@pytest.mark.parametrize("character", ["\u202a", "\u202b", "\u202d", "\u202e"])
def test_what_turns_the_rest_of_a_line_around_is_a_fault(character: str) -> None:
    assert "direction of writing" in hidden_fault_of(f"Meeting {character}fdp.exe")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Meeting",
        "اجتماع",
        # Isolates, joiners and marks of direction belong to honest words.
        "Meeting \u2068اجتماع\u2069",
        "می\u200cخواهم",
        "👩\u200d⚖️",
        "\u200fالاجتماع (2027)\u200f",
        "क्\u200dष",
    ],
)
def test_honest_words_have_none(text: str) -> None:
    assert hidden_fault_of(text) == ""
