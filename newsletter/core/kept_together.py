"""Times and quantities that no line break tears apart: “20:00–21:30”, “9 h”, “90 min”, “50 %”.

A blank becomes a no-break one. After a dash between two numbers a line may break (UAX #14, class
BA), and a no-break blank wouldn't hinder it, so a word joiner follows it. Markup can't do that: a
recipient's own time is a merge field, whose value is plain text and stands in subjects, too.
"""

import re

NO_BREAK_SPACE, WORD_JOINER = "\N{NO-BREAK SPACE}", "\N{WORD JOINER}"

_UNITS = (
    # Of time: 9 h, 9 a.m., 30 min, 9 Uhr, 9 год, 30 хв, 2027 р., 9 ص
    *("h", "hs", "min", "s", "a.m.", "p.m.", "a. m.", "p. m.", "am", "pm", "AM", "PM", "Uhr"),
    *("год", "хв", "р.", "рр.", "ص", "م"),
    # Zones that are called by their letters.
    *("UTC", "GMT", "CET", "CEST", "EET", "EEST", "WET", "WEST", "BST"),
    # Of anything else.
    *("%", "‰", "€", "°C", "kg", "km", "m", "кг", "км", "м", "грн"),
    *("KB", "MB", "GB", "Ko", "Mo", "Go", "КБ", "МБ", "ГБ"),
)
_BLANK = re.compile(rf"(?<=\d) (?=(?:{'|'.join(map(re.escape, _UNITS))})(?!\w))")
_DASH = re.compile(r"(?<=[\dhصم])–(?=\d)")
_TEXT_OF_HTML = re.compile("(?<=>)[^<]+")


def kept_together(text: str) -> str:
    """Return a text whose times and quantities can't be torn apart. Twice is as good as once."""
    return _DASH.sub(f"–{WORD_JOINER}", _BLANK.sub(NO_BREAK_SPACE, text))


def kept_together_in_html(html: str) -> str:
    """Return a page that we made, the texts of its body as `kept_together` returns them."""
    head, body, rest = html.partition("<body")
    return head + body + _TEXT_OF_HTML.sub(lambda match: kept_together(match[0]), rest)
