"""The HTML and CSS of our emails, and where mail programs don't support it.

Held against the data of caniemail.com on 30 November 2026, for Gmail (web, iOS, Android), Outlook
for Windows, Outlook 365 (outlook.com and the new Outlook), Apple Mail (macOS, iOS) and Yahoo (web,
iOS, Android). Whoever uses a new element, attribute, property or selector looks it up there, and
enters it in one of these tables: in EVERYWHERE, or with the programs that lack it and what is seen
then; docs/mail-programs.md has the same list to read.
"""

GMAIL, OUTLOOK, OUTLOOK_365, APPLE, YAHOO = "Gmail", "Outlook", "Outlook 365", "Apple Mail", "Yahoo"
type Degrades = dict[str, tuple[tuple[str, ...], str]]
"""Name → the programs that lack something of it that we need, and what is seen there."""

EVERYWHERE = {
    "element": frozenset(
        [
            "a",
            "blockquote",
            "br",
            "div",
            "em",
            "h1",
            "h2",
            "h3",
            "head",
            "hr",
            "html",
            "img",
            "meta",
            "ol",
            "p",
            "span",
            "strong",
            "sub",
            "sup",
            "table",
            "tbody",
            "td",
            "title",
            "tr",
            "u",
        ]
    ),
    "attribute": frozenset(
        [
            "align",
            "alt",
            "bgcolor",
            "border",
            "cellpadding",
            "cellspacing",
            "class",
            "content",
            "href",
            "http-equiv",
            "media",
            "name",
            "src",
            "start",
            "style",
            "type",
            "valign",
            "vertical-align",
            "xmlns",
            "xmlns:o",
            "xmlns:v",
        ]
    ),
    "property": frozenset(
        [
            "background-color",
            "border-collapse",
            "color",
            "direction",
            "font-family",
            "font-style",
            "text-align",
            "text-decoration",
            "vertical-align",
        ]
    ),
    "rule": frozenset(),
    "selector": frozenset(["class", "descendant", "grouping", "type"]),
}
"""Selectors work wherever `style` does.

`vertical-align` as an attribute is MRML's; programs leave it out, and `valign` says the same.
"""

DEGRADES: dict[str, Degrades] = {
    "element": {
        "bdi": ((GMAIL, OUTLOOK, OUTLOOK_365, YAHOO), "a time has a cell or a line of its own"),
        "body": ((GMAIL, OUTLOOK_365, YAHOO), "it becomes a div; lang and dir stand on one, too"),
        "li": ((OUTLOOK,), "its margin is another; the text stays a list"),
        "style": ((GMAIL,), "without it: inline styles alone, the look of a desktop in light"),
        "ul": ((OUTLOOK,), "its margin is another; the text stays a list"),
    },
    "attribute": {
        "aria-label": ((YAHOO,), "screen readers read the email without its title first"),
        "aria-roledescription": ((YAHOO,), "screen readers don't say that it is an email"),
        "dir": ((OUTLOOK,), "a link's own direction may fail; its line has the right one"),
        "height": ((OUTLOOK,), "doesn't grow with the size of the screen's pixels"),
        "lang": ((YAHOO,), "not on cells; the div around all text has it"),
        "role": ((YAHOO,), "tables alone keep it, where it matters"),
        "target": ((GMAIL, OUTLOOK_365, YAHOO), "links open in a new window anyway"),
        "width": ((OUTLOOK,), "doesn't grow with the size of the screen's pixels"),
    },
    "property": {
        "-ms-interpolation-mode": ((GMAIL, APPLE, YAHOO), "it is for Outlook alone"),
        "-ms-text-size-adjust": ((GMAIL, APPLE, YAHOO), "it is for Outlook alone"),
        "-webkit-text-size-adjust": ((GMAIL, OUTLOOK), "a phone may enlarge small text"),
        "background": ((OUTLOOK,), "a colour is taken, and we use nothing else"),
        "border": ((OUTLOOK,), "at most 8px wide; ours are 5px at most"),
        "border-bottom": ((OUTLOOK,), "at most 8px wide; ours are 5px at most"),
        "border-color": ((OUTLOOK,), "the colour of light mode stays"),
        "border-left": ((OUTLOOK,), "at most 8px wide; ours are 5px at most"),
        "border-right": ((OUTLOOK,), "at most 8px wide; ours are 5px at most"),
        "border-top": ((OUTLOOK,), "at most 8px wide; ours are 5px at most"),
        "border-radius": ((OUTLOOK,), "buttons have square corners"),
        "border-spacing": ((OUTLOOK,), "cellspacing=0 says the same"),
        "color-scheme": ((GMAIL, OUTLOOK, OUTLOOK_365, YAHOO), "dark mode is the program's own"),
        "cursor": ((GMAIL, OUTLOOK, OUTLOOK_365), "the pointer stays as it is"),
        "display": ((OUTLOOK,), "none isn't inherited by tables; none is within the hidden line"),
        "font-size": ((OUTLOOK, YAHOO), "relative sizes fail; all of ours are in px"),
        "font-weight": ((OUTLOOK, YAHOO), "numbers fail in part; ours are bold or normal"),
        "height": ((OUTLOOK, YAHOO), "a spacer may be lower; nothing is cut off"),
        "letter-spacing": ((OUTLOOK,), "the text is spaced as usual"),
        "line-height": ((OUTLOOK,), "lines may be a pixel apart from ours"),
        "margin": ((GMAIL, OUTLOOK), "negative ones fail; we have none"),
        "max-height": ((OUTLOOK,), "the hidden preview text is hidden by display, too"),
        "max-width": ((OUTLOOK,), "tables in conditional comments have a width instead"),
        "mso-line-height-rule": ((GMAIL, APPLE, YAHOO), "it is for Outlook alone"),
        "mso-padding-alt": ((GMAIL, APPLE, YAHOO), "it is for Outlook alone"),
        "mso-table-lspace": ((GMAIL, APPLE, YAHOO), "it is for Outlook alone"),
        "mso-table-rspace": ((GMAIL, APPLE, YAHOO), "it is for Outlook alone"),
        "opacity": ((OUTLOOK,), "the hidden preview text is hidden by display, too"),
        "outline": ((OUTLOOK,), "the focus is shown as the program does"),
        "outline-offset": ((GMAIL, OUTLOOK, OUTLOOK_365, YAHOO), "the outline lies at the text"),
        "overflow": ((OUTLOOK,), "the hidden preview text is hidden by display, too"),
        "padding": ((OUTLOOK,), "only on cells; text elsewhere stands at its edge"),
        "padding-bottom": ((OUTLOOK,), "only on cells; text elsewhere stands at its edge"),
        "padding-left": ((OUTLOOK,), "only on cells; links beside each other are closer"),
        "padding-right": ((OUTLOOK,), "only on cells; links beside each other are closer"),
        "padding-top": ((OUTLOOK,), "only on cells; text elsewhere stands at its edge"),
        "supported-color-schemes": ((GMAIL, OUTLOOK, YAHOO), "it is Apple Mail's of old"),
        "text-transform": ((OUTLOOK,), "lowercase fails; ours is none"),
        "width": ((OUTLOOK,), "not on div and p; tables have it"),
        "word-break": ((GMAIL, OUTLOOK_365, YAHOO), "a long word breaks where it must"),
        "word-spacing": ((OUTLOOK,), "words stand as usual"),
    },
    "rule": {
        "@media max-width": ((GMAIL, OUTLOOK), "without it a phone shows the desktop's paddings"),
        "@media min-width": ((GMAIL, OUTLOOK), "columns stay below each other, and whole"),
        "@media prefers-color-scheme": (
            (GMAIL, OUTLOOK, YAHOO),
            "the program inverts colours itself; preflight looks at the contrast then",
        ),
    },
    "selector": {
        "attribute": ((OUTLOOK, OUTLOOK_365), "paddings on a phone, and one colour, stay"),
        "child": ((OUTLOOK,), "colours of dark mode, which it doesn't have"),
        "id": ((GMAIL,), "it is MRML's, for an Outlook.com of old"),
        "pseudo-class": ((GMAIL, OUTLOOK, OUTLOOK_365), "the focus is shown as the program does"),
    },
}
