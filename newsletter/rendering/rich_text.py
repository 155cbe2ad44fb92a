"""Rich text: sanitised by bleach when it is saved, and again by nh3 when it is rendered."""

import re
from html import unescape
from html.parser import HTMLParser

import bleach
import nh3
from django.utils.safestring import SafeString, mark_safe

from newsletter.rendering.content_errors import BlockError
from newsletter.rendering.hrefs import LINK_SCHEMES, check_link
from newsletter.rendering.merge import (
    UnknownMergeField,
    merge_field_count,
    merge_fields_in,
    open_fields,
    sentinel,
    url_field,
    without_sentinels,
)
from newsletter.rendering.theme import Theme, Writing

MAXIMUM_RICH_TEXT = 30_000
"""Characters of one block. An email of 100,000 bytes holds three of them."""
MAXIMUM_TAGS = 1_500
MAXIMUM_DEPTH = 12
"""Elements within elements. Lists in lists in quotations come to 8; parsers suffer from
thousands."""

BLOCK_TAGS = frozenset({"p", "ul", "ol", "li", "h2", "h3", "blockquote", "hr"})
TAGS = BLOCK_TAGS | {"br", "strong", "b", "em", "i", "u", "s", "a", "sub", "sup", "span"}
_EMPTY_TAGS = frozenset({"br", "hr"})
_DIRECTIONS = frozenset({"ltr", "rtl", "auto"})
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z")

# A paste from a word processor brings these with content that is no text. Cutting them makes the
# result tidy; what makes it safe is the sanitising that follows.
_NO_TEXT = re.compile(
    r"<(script|style|title|template|svg|math|iframe|object|noscript|textarea|select)\b.*?</\1\s*>",
    re.IGNORECASE | re.DOTALL,
)
_KINDRED_TAGS = {
    "h1": "h2",
    "h4": "h3",
    "h5": "h3",
    "h6": "h3",
    "div": "p",
    "del": "s",
    "strike": "s",
    "q": "span",
}
_KINDRED = re.compile(r"<(/?)(h1|h4|h5|h6|div|del|strike|q)\b", re.IGNORECASE)
# Written by us, since nh3 writes several attributes in any order.
_LINK = '<a class="link" target="_blank" '
_TAG = re.compile(r"(<[^>]*>)")
_HREF = re.compile(r'href="(\{[a-z_]+\})"')


def clean_rich_text(html: str, *, path: str, takes_fields: bool = True) -> str:
    """Return rich text as it is kept: known tags, known attributes, links that an email may have.

    Args:
        path: where it stands, for messages.
        takes_fields: whether it is for recipients, of whom merge fields tell. Elsewhere braces are
            text as any other, and a link can't be one.

    Raises:
        BlockError: empty, too long, too deeply nested, a link that can't be taken, or a merge field
            that is unknown or torn apart by formatting. Unknown tags and attributes are no
            fault: they are left out.
    """
    check_size(html, path=path)
    tidy = _KINDRED.sub(
        lambda match: f"<{match[1]}{_KINDRED_TAGS[match[2].lower()]}",
        _NO_TEXT.sub("", without_sentinels(html)),
    )
    faults: list[BlockError] = []

    def allowed(tag: str, name: str, value: str) -> bool:
        if tag == "a" and name == "href":
            try:
                link = check_link(unescape(value), path=path)
                if url_field(link) and not takes_fields:
                    raise BlockError(path, "a link can’t be a merge field here")
            except BlockError as fault:
                faults.append(fault)
                return False
            return True
        return _plain_attribute(tag, name, value)

    # No protocols for bleach: check_link has seen them, and bleach would take merge fields for
    # relative links.
    cleaned = bleach.clean(
        tidy, tags=TAGS, attributes=allowed, protocols=LINK_SCHEMES, strip=True, strip_comments=True
    ).strip()
    if faults:
        raise faults[0]
    shape = _Shape.of(cleaned)
    _check_shape(shape, path=path)
    if takes_fields:
        _check_fields(shape, path=path)
    return cleaned if shape.has_blocks else f"<p>{cleaned}</p>"


def check_size(html: str, *, path: str) -> None:
    """Refuse what a block can't hold, before a parser reads it.

    Raises:
        BlockError: more than MAXIMUM_RICH_TEXT characters or MAXIMUM_TAGS tags.
    """
    if len(html) > MAXIMUM_RICH_TEXT:
        raise BlockError(path, f"is longer than {MAXIMUM_RICH_TEXT} characters")
    if html.count("<") > MAXIMUM_TAGS:
        raise BlockError(path, f"holds more than {MAXIMUM_TAGS} tags")


def render_rich_text(html: str, *, styles: dict[str, str]) -> SafeString:
    """Return rich text as it goes into an email: sanitised again, styled, its merge fields open.

    Args:
        html: as `clean_rich_text` returned it; whatever else it holds is dropped here.
        styles: the inline style of each tag.

    Raises:
        UnknownMergeField: a field that doesn't exist.
    """

    def looked_at(tag: str, name: str, value: str) -> str | None:
        # nh3 asks about the style attribute that it sets itself, too.
        return (
            value
            if name == "style" and value == styles.get(tag)
            else _second_look(tag, name, value)
        )

    cleaned = nh3.clean(
        without_sentinels(html),
        tags=set(TAGS),
        attributes={"a": {"href"}, "*": {"lang", "dir"}, "ol": {"start"}},
        attribute_filter=looked_at,
        url_schemes=set(LINK_SCHEMES),
        link_rel=None,
        set_tag_attribute_values={tag: {"style": style} for tag, style in styles.items()},
    )
    # Splitting at > is safe, since no attribute that was let through can hold one.
    pieces = (
        _open_in_tag(piece) if piece.startswith("<") else open_fields(piece, html=True)
        for piece in _TAG.split(cleaned)
    )
    return mark_safe("".join(pieces))  # noqa: S308 - nh3 has just sanitised it


def rich_text_of_page(html: str) -> SafeString:
    """Return rich text as a page of ours shows it: sanitised again. Merge fields mean nothing.

    Args:
        html: as `clean_rich_text` returned it; whatever else it holds is dropped here.
    """

    def looked_at(tag: str, name: str, value: str) -> str | None:
        # nh3 asks about the rel attribute that it sets itself, too. No other is allowed.
        return value if name == "rel" else _second_look(tag, name, value)

    cleaned = nh3.clean(
        without_sentinels(html),
        tags=set(TAGS),
        attributes={"a": {"href"}, "*": {"lang", "dir"}, "ol": {"start"}},
        attribute_filter=looked_at,
        url_schemes=set(LINK_SCHEMES),
        link_rel="noopener noreferrer",
    )
    return mark_safe(cleaned)  # noqa: S308 - nh3 has just sanitised it


def inline_styles(theme: Theme, writing: Writing) -> dict[str, str]:
    """Return the inline style of each tag, for mail programs that drop the style sheet."""
    serif = "font-family:Georgia,'Times New Roman',Times,serif"
    accent, start = theme.accent, writing.start
    return {
        "p": "margin:0 0 16px;",
        "a": f"color:{accent};text-decoration:underline;",
        "ul": f"margin:0 0 16px;padding:0;padding-{start}:24px;",
        "ol": f"margin:0 0 16px;padding:0;padding-{start}:24px;",
        "li": "margin:0 0 6px;",
        "h2": f"margin:12px 0 12px;{serif};font-size:21px;line-height:28px;font-weight:bold;",
        "h3": "margin:8px 0 8px;font-size:17px;line-height:24px;font-weight:bold;",
        "blockquote": (
            f"margin:0 0 16px;padding:0;padding-{start}:16px;border-{start}:3px solid {accent};"
        ),
        "hr": "margin:8px 0 24px;border:0;border-top:1px solid #c9d0d9;",
    }


def _plain_attribute(tag: str, name: str, value: str) -> bool:
    match name:
        case "dir":
            return value in _DIRECTIONS
        case "lang":
            return bool(_LANGUAGE.match(value))
        case "start":
            return tag == "ol" and value.isascii() and value.isdigit() and len(value) <= 4
    return False


def _second_look(tag: str, name: str, value: str) -> str | None:
    if name != "href":
        return value if _plain_attribute(tag, name, value) else None
    try:
        return check_link(value, path="href")
    except BlockError:
        return None


def _open_in_tag(tag: str) -> str:
    def opened(match: re.Match[str]) -> str:
        name = url_field(match[1])
        return f'href="{sentinel(name)}"' if name else match[0]

    return _HREF.sub(opened, _LINK + tag[3:] if tag.startswith("<a ") else tag)


class _Shape(HTMLParser):
    """The properties of cleaned HTML that decide whether it is kept."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.depth = self.deepest = self.fields = 0
        self.has_blocks = False
        self.has_text = False
        self.runs: list[str] = [""]

    @classmethod
    def of(cls, html: str) -> "_Shape":
        shape = cls()
        shape.feed(html)
        shape.close()
        return shape

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in BLOCK_TAGS:
            self.has_blocks = True
            self.runs.append("")
        if tag not in _EMPTY_TAGS:
            self.depth += 1
            self.deepest = max(self.deepest, self.depth)

    def handle_endtag(self, tag: str) -> None:
        self.depth -= tag not in _EMPTY_TAGS
        if tag in BLOCK_TAGS:
            self.runs.append("")

    def handle_data(self, data: str) -> None:
        self.has_text = self.has_text or bool(data.strip())
        self.fields += merge_field_count(data)
        self.runs[-1] += data


def _check_shape(shape: _Shape, *, path: str) -> None:
    if not shape.has_text:
        raise BlockError(path, "holds no text")
    if shape.deepest > MAXIMUM_DEPTH:
        raise BlockError(path, "has too many levels of lists or quotations")


def _check_fields(shape: _Shape, *, path: str) -> None:
    try:
        for run in shape.runs:
            merge_fields_in(run)
    except UnknownMergeField as error:
        raise BlockError(path, str(error)) from error
    if sum(merge_field_count(run) for run in shape.runs) != shape.fields:
        raise BlockError(
            path,
            "a merge field is only partly formatted. Format all of it or none of it",
        )
