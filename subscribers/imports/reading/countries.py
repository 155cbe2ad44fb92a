"""Countries as people write them: names in many languages, ISO 3166 codes, short forms."""

import re
import unicodedata
from functools import cache, lru_cache

from babel import Locale
from django_countries import countries
from django_countries.data import COUNTRIES

type Bodies = tuple[tuple[str, str], ...]

KOSOVO = "XK"
"""Not in ISO 3166-1; the code that European institutions and Unicode use."""
ALIASES = {
    "uk": "GB", "great britain": "GB", "britain": "GB",
    "united kingdom of great britain and northern ireland": "GB",
    "england": "GB", "scotland": "GB", "wales": "GB", "northern ireland": "GB",
    "usa": "US", "us of a": "US", "united states": "US", "the states": "US", "america": "US",
    "turkey": "TR", "turkiye": "TR", "republic of turkiye": "TR", "holland": "NL",
    "the netherlands": "NL",
    "czech republic": "CZ", "south korea": "KR", "korea": "KR", "republic of korea": "KR",
    "korea south": "KR", "north korea": "KP",
    "russia": "RU", "russian federation": "RU", "ivory coast": "CI", "cote divoire": "CI",
    "cape verde": "CV", "swaziland": "SZ",
    "macedonia": "MK", "fyrom": "MK", "burma": "MM", "east timor": "TL", "vatican": "VA",
    "holy see": "VA", "vatican city": "VA",
    "drc": "CD", "dr congo": "CD", "congo kinshasa": "CD", "congo brazzaville": "CG",
    "republic of the congo": "CG",
    "republic of congo": "CG", "bahamas": "BS", "gambia": "GM", "tanzania": "TZ",
    "united republic of tanzania": "TZ", "syria": "SY",
    "iran": "IR", "laos": "LA", "vietnam": "VN", "viet nam": "VN", "brunei": "BN",
    "palestine": "PS", "state of palestine": "PS",
    "taiwan": "TW", "hong kong": "HK", "macau": "MO", "uae": "AE", "emirates": "AE", "ksa": "SA",
    "prc": "CN", "roi": "IE",
    "republic of ireland": "IE", "aotearoa": "NZ", "aotearoa new zealand": "NZ", "moldova": "MD",
    "republic of moldova": "MD",
    "bolivia": "BO", "venezuela": "VE", "micronesia": "FM", "bosnia": "BA", "slovak republic": "SK",
    "el": "GR", "trinidad": "TT", "kosovo": KOSOVO, "republic of kosovo": KOSOVO, "xk": KOSOVO,
}  # fmt: skip
"""Written as `_key` leaves them. "EL" is what European institutions write for Greece."""

_OWN_LANGUAGES = (
    "fr", "de", "es", "pt", "it", "nl", "ro", "hu", "pl", "cs", "sk", "sl", "hr", "sr", "bg", "el",
    "ru", "uk", "lt", "lv", "et", "fi",
    "sv", "da", "nb", "is", "ga", "tr", "ar", "he", "fa", "hi", "bn", "th", "vi", "id", "ms", "ko",
    "ja", "zh", "zh_Hant", "sw", "ka",
    "hy", "az", "sq", "mk", "mn", "km", "ne", "si",
)  # fmt: skip


def country_code(text: str, *, bodies: Bodies = ()) -> str:
    """Return the code of a country or body as a person wrote it, or "".

    That of a country is ISO 3166-1 alpha-2; bodies are known by the names that staff gave them.

    Args:
        bodies: names of bodies, each with its code.
        text: a name in English or in one of many other languages, a code of two or three letters, a
            flag-less alias.
    """
    return _body_code(text, bodies) or _standard_code(text)


@lru_cache(maxsize=4_096)
def _body_code(text: str, bodies: Bodies) -> str:
    key = _key(text)
    if not key:
        return ""
    return next((code for name, code in bodies if key in (_key(name), code.lower())), "")


@lru_cache(maxsize=4_096)
def _standard_code(text: str) -> str:
    key = _key(text)
    if not key or len(key) > 80:
        return ""
    return _in_english().get(key) or _in_other_languages().get(key, "")


def _key(text: str) -> str:
    """Return letters alone, without accents and case.

    Côte d'Ivoire and "cote divoire" are the same.
    """
    plain = unicodedata.normalize("NFKD", text[:200].casefold())
    kept = "".join(letter for letter in plain if not unicodedata.combining(letter))
    words = " ".join(re.sub(r"['’‘`.]", "", kept).replace("&", " and ").split())
    return (
        " ".join(re.sub(r"[^\w]+", " ", words).split())
        .removeprefix("the ")
        .replace("saint ", "st ")
    )


@cache
def _in_english() -> dict[str, str]:
    known = {_key(alias): code for alias, code in ALIASES.items()}
    for code in COUNTRIES:
        names = [
            code,
            countries.alpha3(code),
            str(COUNTRIES[code]),
            countries.name(code),
            Locale("en").territories.get(code, ""),
        ]
        for name in names:
            # "Bahamas (The)" is also Bahamas, "Falkland Islands (Malvinas)" also Falkland Islands.
            known.update(
                {_key(form): code for form in (name, re.sub(r"\s*\(.*\)", "", name)) if _key(form)}
            )
    for ambiguous in (
        "virgin islands",
        "st martin",
    ):
        # Without the brackets, two countries would have one name.
        known.pop(ambiguous, None)
    return known


@cache
def _in_other_languages() -> dict[str, str]:
    """Return names in other languages, less those that mean two countries.

    They are read only when English doesn't do: it takes a moment.
    """
    codes_of: dict[str, set[str]] = {}
    for language in _OWN_LANGUAGES:
        for code, name in Locale.parse(language).territories.items():
            if code in COUNTRIES or code == KOSOVO:
                codes_of.setdefault(_key(name), set()).add(code)
    return {name: codes.pop() for name, codes in codes_of.items() if len(codes) == 1}
