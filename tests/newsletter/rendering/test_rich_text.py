"""Rich text: two walls, each tried alone, and the merge fields within."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.rendering.content_errors import BlockError
from newsletter.rendering.merge import Splice, UnknownMergeField
from newsletter.rendering.rich_text import (
    MAXIMUM_RICH_TEXT,
    TAGS,
    clean_rich_text,
    render_rich_text,
)

STYLES = {"p": "margin:0 0 16px;", "a": "color:#1f3a5f;"}

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<iframe src='https://evil.example'></iframe>",
    "<p onclick='x()' style='position:fixed' class='button' id='x'>",
    "<math><mi//xlink:href='data:x,<script>alert(4)</script>'>",
    "<style>body{display:none}</style>",
    "<form action='https://evil.example'><input name=a></form>",
    "<!--[if mso]><script>x</script><![endif]-->",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<mj-raw><script>x</script></mj-raw>",
    "</mj-text></mj-column><mj-raw>",
    "<![CDATA[<script>x</script>]]>",
    "<p/><base href='https://evil.example/'>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<link rel=stylesheet href='https://evil.example/x.css'>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<p><a href='https://example.org' onclick=x style='x' target=_top>",
]


def harmless(html: str) -> bool:
    """Return whether all tags and all attributes are among those that an email may have."""
    for tag in re.findall(r"<[^>]*>", html):
        match = re.fullmatch(
            r"</?([a-z0-9]+)((?: (?:href|lang|dir|start|style|class|target)=\"[^\"<>]*\")*) ?/?>",
            tag,
        )
        if not match or match[1] not in TAGS:
            return False
    return not re.search(r'href="\s*javascript', html, re.IGNORECASE)


@pytest.mark.parametrize("html", HOSTILE)
def test_neither_wall_lets_anything_harmful_through(html: str) -> None:
    kept = clean_rich_text(f"<p>Text</p>{html}", path="html")
    assert harmless(kept), kept
    assert harmless(render_rich_text(kept, styles=STYLES))
    behind = render_rich_text(f"<p>Text</p>{html}", styles=STYLES)
    assert harmless(behind), behind
    assert "position:fixed" not in behind
    assert "Text" in behind


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert(1)",
        "java&#115;cript:1",
        "javascript&colon;1",
        " data:text/html,x",
        "http://example.org",
        "//x.example",
        "/x",
    ],
)
def test_a_bad_link_is_a_fault_at_the_first_wall_and_no_link_behind_the_second(href: str) -> None:
    with pytest.raises(BlockError) as caught:
        clean_rich_text(f"<p><a href='{href}'>x</a></p>", path="blocks[0].html")
    assert caught.value.path == "blocks[0].html"
    assert "href" not in render_rich_text(f"<p><a href='{href}'>x</a></p>", styles=STYLES)


def test_good_markup_stays() -> None:
    html = (
        "<h2>Title</h2><p>Some <strong>bold</strong>, <em>slanted</em> and "
        '<a href="https://example.org/?a=1&amp;b=2">linked</a> words<br>here.</p>'
        '<ol start="3"><li>three</li></ol><ul><li dir="rtl" '
        'lang="ar">عربي</li></ul><blockquote><p>said</p></blockquote><hr>'
    )
    assert clean_rich_text(html, path="html") == html


@pytest.mark.parametrize(
    "html",
    [
        "<p>a &lt; b &amp; c</p>",
        "a < b & c",
        "<p>1 < 2 and {{ x }} {% y %} {# z #}</p>",
        "<p>x<</p>",
        "<<p>>y",
        "&#123;%&#125;",
    ],
)
def test_cleaning_what_was_cleaned_changes_nothing(html: str) -> None:
    once = clean_rich_text(html, path="html")
    assert clean_rich_text(once, path="html") == once


@given(
    st.text(max_size=200)
    | st.lists(
        st.sampled_from(
            [*HOSTILE, "<", ">", "&", "&#0;", "{", "given_name}", "<b>", "</p>", "x", "\x00", '"']
        ),
        max_size=12,
    ).map("".join)
)
def test_whatever_comes_in_is_harmless_or_a_fault(html: str) -> None:
    try:
        kept = clean_rich_text(html, path="html")
    except BlockError:
        return
    assert harmless(kept)
    assert harmless(
        render_rich_text(kept, styles=STYLES).replace("\ue000", "").replace("\ue001", "")
    )


@pytest.mark.parametrize(
    "html",
    [
        "",
        "   ",
        "<p></p>",
        "<p> <br></p>",
        "<script>x</script>",
        "<!-- x -->",
        "<p>&#32;&nbsp;</p>",
    ],
)
def test_nothing_to_read_is_a_fault(html: str) -> None:
    with pytest.raises(BlockError, match="holds no text"):
        clean_rich_text(html, path="html")


@pytest.mark.parametrize(
    "html",
    [
        "x" * (MAXIMUM_RICH_TEXT + 1),
        "<b>" * 1400 + "x",
        "<ul><li>" * 700 + "x",
        "<blockquote>" * 2000 + "x",
        "<p>" * 9000 + "x",
        "<" * 20_000,
    ],
)
def test_bombs_are_faults(html: str) -> None:
    with pytest.raises(BlockError):
        clean_rich_text(html, path="html")


def test_a_paste_from_a_word_processor_keeps_its_words_and_its_order() -> None:
    html = "<style>p.Mso{}</style><h1 class=Mso>One</h1><div style='x'>Two</div><h5>Three</h5>"
    assert clean_rich_text(html, path="html") == "<h2>One</h2><p>Two</p><h3>Three</h3>"


def test_bare_text_becomes_a_paragraph() -> None:
    assert clean_rich_text("Dear <em>all</em>", path="html") == "<p>Dear <em>all</em></p>"


@pytest.mark.parametrize(
    "html",
    [
        "<p>{given_<b>name}</b></p>",
        "<p>{given_name|<b>friend</b>}</p>",
        "<p><i>{</i>given_name}</p>",
        "<p>{given_name|a<br>b}</p>",
    ],
)
def test_a_merge_field_torn_by_formatting_is_a_fault(html: str) -> None:
    with pytest.raises(BlockError, match="only partly formatted"):
        clean_rich_text(html, path="html")


@pytest.mark.parametrize(
    "html", ["<p>{shoe_size}</p>", "<p>{shoe_<b>size}</b></p>", "<p>&#123;shoe_size}</p>"]
)
def test_an_unknown_merge_field_is_a_fault(html: str) -> None:
    with pytest.raises(BlockError, match="no merge field"):
        clean_rich_text(html, path="html")


def test_an_unknown_merge_field_that_was_never_cleaned_stops_at_the_second_wall() -> None:
    with pytest.raises(UnknownMergeField):
        render_rich_text("<p>{shoe_size}</p>", styles=STYLES)


def test_merge_fields_open_in_text_and_as_whole_links() -> None:
    kept = clean_rich_text(
        '<p>Dear {given_name|A &amp; B}, <a href="{unsubscribe_url}">leave</a></p>', path="html"
    )
    splice = Splice.parse(render_rich_text(kept, styles=STYLES))
    assert splice.fields == {"given_name", "unsubscribe_url"}
    filled = splice.fill({"unsubscribe_url": "https://lists.example.org/u/x?a=1&b=2"}, escape=True)
    assert "Dear A &amp; B," in filled
    assert 'href="https://lists.example.org/u/x?a=1&amp;b=2"' in filled


def test_template_syntax_stays_literal() -> None:
    assert "{{ settings.SECRET_KEY }} {% include 'x' %} {{given_name}}" in Splice.parse(
        render_rich_text(
            clean_rich_text(
                "<p>{{ settings.SECRET_KEY }} {% include 'x' %} {{given_name}}</p>", path="html"
            ),
            styles=STYLES,
        )
    ).fill({"given_name": "no"}, escape=True)


def test_tags_carry_our_style_and_no_other() -> None:
    behind = render_rich_text(
        '<p style="color:red" class="x">a <a href="https://example.org" '
        'style="display:none">b</a></p>',
        styles=STYLES,
    )
    assert behind.startswith('<p style="margin:0 0 16px;">')
    assert 'style="color:#1f3a5f;"' in behind
    assert "red" not in behind
    assert "none" not in behind


@pytest.mark.parametrize("attribute", ['dir="sideways"', 'lang="x y"', "lang=\"en' onclick='x\""])
def test_odd_attribute_values_are_left_out(attribute: str) -> None:
    assert clean_rich_text(f"<p {attribute}>x</p>", path="html") == "<p>x</p>"
    assert render_rich_text(f"<p {attribute}>x</p>", styles={}) == "<p>x</p>"
