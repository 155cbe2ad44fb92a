"""The text part: derived from HTML, readable, with no link or merge field broken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.rendering.merge import open_fields
from newsletter.rendering.text_part import WIDTH, text_part_of, wrap

CASES = [
    ("<p>one</p><p>two</p>", "one\n\ntwo\n"),
    ("<div>a  \n b<br>c</div>", "a b\nc\n"),
    ("<h1>Title</h1><p>x</p>", "Title\n=====\n\nx\n"),
    ("<h2>Title</h2><p>x</p>", "Title\n-----\n\nx\n"),
    ("<h3>Title</h3><p>x</p>", "Title\n\nx\n"),
    ("<ul><li>a</li><li>b</li></ul><p>x</p>", "- a\n- b\n\nx\n"),
    ('<ol start="9"><li>a</li><li>b<ul><li>c</li></ul></li></ol>', "9. a\n10. b\n    - c\n"),
    ('<ol start="x"><li>a</li></ol>', "1. a\n"),
    ("<p>x</p><blockquote><p>a</p><p>b</p></blockquote><p>y</p>", "x\n\n> a\n>\n> b\n\ny\n"),
    (
        '<p>see <a href="https://e.org/?a=1&amp;b=2">this</a>.</p>',
        "see this <https://e.org/?a=1&b=2>.\n",
    ),
    ('<p><a href="https://e.org/">Go</a></p>', "Go:\nhttps://e.org/\n"),
    ('<p><a href="https://e.org/">https://e.org/</a></p>', "https://e.org/\n"),
    ('<p>to <a href="mailto:a@e.org">a@e.org</a></p>', "to a@e.org\n"),
    ('<a href="https://e.org/"><p>a</p></a>', "a\n\nhttps://e.org/\n"),
    ('<p>a</p><img src="x" alt="The hall"><p>b</p>', "a\n\n[The hall]\n\nb\n"),
    ('<p>a</p><img src="x" alt=""><p>b</p>', "a\n\nb\n"),
    ("<p>a</p><hr><p>b</p>", "a\n\n* * *\n\nb\n"),
    ("<p>a<!-- [if mso]>x<![endif] -->b</p>", "ab\n"),
    (
        '<head><title>t</title><style>x{}</style></head><div style="display: '
        'none">h<br>h<div>h</div></div><p>x</p>',
        "x\n",
    ),
    ("<p>a&nbsp;&lt;b&gt; &amp;</p>", "a <b> &\n"),
    ("<blockquote><ul><li>a</li></ul></blockquote>", "> - a\n"),
    ("", "\n"),
    ("</p></ul></blockquote></a>x", "x\n"),
    ("<li>x</li><ul>y", "x\n\ny\n"),
]


@pytest.mark.parametrize(("html", "text"), CASES)
def test_html_reads_as_text(html: str, text: str) -> None:
    assert text_part_of(html) == text


def test_long_lines_are_cut_at_spaces() -> None:
    lines = text_part_of("<blockquote><p>" + "word " * 100 + "</p></blockquote>").splitlines()
    assert len(lines) > 5
    assert all(line.startswith("> ") and len(line) <= WIDTH for line in lines)


def test_links_and_merge_fields_are_never_cut() -> None:
    url = "https://example.org/" + "x" * 300
    field = open_fields("{given_name|a long fallback with many words " + "and more " * 20 + "}")
    text = text_part_of(f'<p>{"word " * 14}<a href="{url}">label</a> {field} {"word " * 14}</p>')
    assert url in text
    assert field in text


def test_colon_of_button_is_that_of_the_language() -> None:
    button = "<body><p><a href='https://example.org/x'>Confirmer</a></p></body>"
    french = text_part_of(f"<html lang='fr-CA'>{button}</html>")
    assert french == "Confirmer :\nhttps://example.org/x\n"
    assert text_part_of(f"<html lang='ro'>{button}</html>").startswith("Confirmer:\n")


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=300))
def test_wrapping_loses_no_word(line: str) -> None:
    assert " ".join(wrap(line)) == line or " ".join(wrap(line)).split() == line.split()


@given(
    st.lists(
        st.sampled_from(
            [
                "<p>",
                "</p>",
                "<ul>",
                "<li>",
                "</ul>",
                "<a href='x'>",
                "</a>",
                "<blockquote>",
                "</blockquote>",
                "<div style='display:none'>",
                "</div>",
                "x ",
                "<br>",
                "<h1>",
            ]
        ),
        max_size=30,
    ).map("".join)
)
def test_odd_nesting_is_read_without_complaint(html: str) -> None:
    assert text_part_of(html).endswith("\n")
