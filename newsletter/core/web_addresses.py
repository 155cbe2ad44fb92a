"""Web addresses in text that a person wrote: what a mail program would make a link of.

The names of top-level domains are bleach's list of the older ones and those newer ones that are
used most, or most by spammers. A name that isn't on the list counts where a path follows it.
"""

import re
import unicodedata

from bleach.linkifier import TLDS

_NEWER = """
    app art autos bar beauty best bid blog blue bond boutique build buzz cam care cash casino center
    cfd chat church city click clinic cloud club coach codes college community company cool country
    cricket cyou date dating deal deals delivery dev diet digital direct directory domains download
    earth email energy events exchange expert faith fans farm finance fit flights food football
    forsale forum foundation fun fund fyi gallery game games gdn gift gives global golf gratis green
    group guide guru hair health help homes host hosting house icu immo ink institute international
    investments kids lat law legal life lifestyle limited link live loan loans lol ltd makeup market
    marketing media men monster mov movie network news ngo ninja observer one ong online ooo organic
    page parts party photo photos pics pictures pizza plus press property quest racing realty reise
    rent repair report rest review reviews rip rocks run sale sbs school science security services
    sex sexy shop shopping show site skin social software solutions space sport store stream studio
    style sucks support surf systems team tech technology tickets tips today tokyo top tours town
    trade trading training tube university uno vacations ventures video vip vodka vote wang watch
    webcam website wiki win wine work works world wtf xyz yachts zip zone рф укр бел срб рус сайт
    онлайн орг москва дети мон бг ею мкд қаз 中国 中國 香港 台湾 台灣 公司 网络 網絡 在线 网址 集团
    我爱你 みんな コム ストア 한국 닷컴 भारत ไทย مصر السعودية امارات قطر شبكة موقع عرب ایران ישראל
"""
_TOP_LEVEL = frozenset(TLDS) | frozenset(_NEWER.split())
_SINGLE_LETTERS = frozenset(
    [
        "com",
        "net",
        "org",
        "info",
        "biz",
        "io",
        "me",
        "tv",
        "cc",
        "xyz",
        "app",
        "dev",
        "site",
        "online",
        "top",
    ]
)
"""Under which x.com is more likely than an initial before a family name."""

_SCHEME = re.compile(
    r"\w://|\b(?:https?|ftp|mailto|javascript|data|tel|sms)\s*:|\bwww\d?\.|\w@\w", re.IGNORECASE
)
_NUMBERS = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])")
_DOMAIN = re.compile(r"(?<![\w.])((?:[\w-]+\.)+)([^\W\d_]{2,}|xn--[\w-]+)(?![\w-])(/?)")
_MARKS = re.compile(r"[.:/@\uff20\ufe6b\u2024\u3002\uff0e\uff61\ufe52\uff1a\uff0f]")
_JOINERS = re.compile("[\u200c\u200d]")
_BEFORE_A_LETTER = re.compile(
    r"([.:@\uff20\ufe6b\u2024\u3002\uff0e\uff61\ufe52\uff1a])[\u200c\u200d]*(?=\S)"
)


def holds_web_address(text: str) -> bool:
    """Return whether a mail program would make a link of some of `text`.

    With or without a scheme, and with any kind of dot: "example.com", "www.example", "http:x" and
    "evil。click" are found; "St. John", "J.R.R. Tolkien" and "Ph.D." are not.
    """
    if not _MARKS.search(text):
        return False
    plain = _JOINERS.sub("", unicodedata.normalize("NFKC", text)).replace("。", ".")
    if _SCHEME.search(plain) or _NUMBERS.search(plain):
        return True
    return any(_is_domain(*match.groups()) for match in _DOMAIN.finditer(plain))


def without_links(text: str) -> str:
    """Return a name of which no mail program makes a link, whatever it takes for one.

    A blank stands behind each full stop, as it should: "St. John" for "St.John". Some programs take
    "evil.example" for an address, too, so no list of domains would do.
    """
    return _BEFORE_A_LETTER.sub(r"\1 ", text)


def _is_domain(labels: str, last: str, slash: str) -> bool:
    last = last.lower()
    longest = max(len(label) for label in labels.split("."))
    if slash:
        return True
    if last not in _TOP_LEVEL and not last.startswith("xn--"):
        return False
    return longest > 1 or last in _SINGLE_LETTERS
