"""What of a text its readers see, and what not."""

import pytest

from campaigns.content.translations.words import readable, seen_words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("<p>We  meet</p>", "<p>We meet\n</p>"),
        ("<p><b>We</b> meet</p>", "<p><strong>We</strong> meet</p>"),
        ("<p><strong>We </strong>meet</p>", "<p><strong>We</strong> meet</p>"),
        ("<p><strong>a</strong><strong>b</strong></p>", "<p><strong>ab</strong></p>"),
        ("<p><em><strong>a</strong></em></p>", "<p><strong><em>a</em></strong></p>"),
        ("<p>One</p><p></p><p> </p><p>Two</p>", "<p>One</p><p>Two</p>"),
        ("<p>One<br></p>", "<p>One</p>"),
        ("<p>a&nbsp;b &amp; c</p>", "<p>a b &#38; c</p>"),
        ("<ul><li><p>a</p></li></ul>", "<ul><li>a</li></ul>"),
        ("<p>in\u00adter\u200bnational</p>", "<p>international</p>"),
        ("<p><span lang='es'>Hola</span></p>", "<p>Hola</p>"),
        ("One", "<p>One</p>"),
    ],
)
def test_what_no_reader_sees_is_no_difference(one: str, other: str) -> None:
    assert seen_words(one, is_html=True) == seen_words(other, is_html=True)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("<p>We meet</p>", "<p>We met</p>"),
        ("<p>We meet</p>", "<p><strong>We</strong> meet</p>"),
        ("<p>One</p><p>Two</p>", "<p>One Two</p>"),
        ("<p>One<br>Two</p>", "<p>One Two</p>"),
        ("<p>under line</p>", "<p>underline</p>"),
        ("<p>One</p><hr><p>Two</p>", "<p>One</p><p>Two</p>"),
        ("<ul><li>a</li></ul>", "<ol><li>a</li></ol>"),
        ("<p>a</p>", "<h2>a</h2>"),
        ('<p><a href="https://a.example">a</a></p>', '<p><a href="https://b.example">a</a></p>'),
        ('<p><a href="https://a.example">a</a></p>', "<p>a</p>"),
        ('<p>un<a href="https://a.example">der</a></p>', '<p>un <a href="https://a.example">der</a></p>'),
        ("<p>می\u200cخواهم</p>", "<p>میخواهم</p>"),
    ],
)  # fmt: skip
def test_what_a_reader_sees_is_a_difference(one: str, other: str) -> None:
    assert seen_words(one, is_html=True) != seen_words(other, is_html=True)


def test_unfinished_mark_up_is_read_as_far_as_it_goes() -> None:
    assert readable("<p>Dear <b>all</i></p></p></ul><li>x<a>y", is_html=True) == "Dear all\n• xy"


def test_plain_text_shows_its_marks_as_they_are() -> None:
    assert readable(" a < b ", is_html=False) == "a < b"
    assert seen_words("<b>a</b>", is_html=False) != seen_words("a", is_html=False)


def test_rich_text_is_read_with_its_lists_and_links() -> None:
    html = (
        '<p>See <a href="https://a.example">the <b>page</b></a>:</p>'
        "<ul><li>one</li><li>two</li></ul><hr><p>End<br>x</p>"
    )
    assert readable(html, is_html=True) == (
        "See the page (https://a.example):\n• one\n• two\n\n—\n\nEnd\nx"
    )
