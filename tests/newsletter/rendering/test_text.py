"""Plain text in content: lines of any script, and hostile ones."""

import pytest

from newsletter.rendering.content_errors import BlockError
from newsletter.rendering.text import clean_line, clean_lines, open_text, with_line_breaks


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


def test_lines_are_trimmed_and_lose_empty_ones_in_a_row() -> None:
    assert clean_lines(" a  b \r\n\r\n\r\r c\t", path="text", maximum=20) == "a b\n\nc"


def test_text_of_several_lines_is_escaped_html_without_empty_lines() -> None:
    assert (
        with_line_breaks(" 1 <Street>\n\nLondon & more ") == "1 &lt;Street&gt;<br>London &amp; more"
    )


def test_an_unknown_field_is_a_fault_when_text_is_opened() -> None:
    with pytest.raises(BlockError) as caught:
        open_text("{shoe_size}", path="blocks[2].text")
    assert caught.value.path == "blocks[2].text"


def test_sentinel_characters_that_were_never_cleaned_out_are_when_text_is_opened() -> None:
    assert open_text("a\ue000full_name\ue001", path="text") == "afull_name"
