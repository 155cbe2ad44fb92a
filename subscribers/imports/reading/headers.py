"""Known headers of other people's sheets, and rules for columns that decide who is written to.

The field of an address is never guessed. A column that may decide and isn't understood is UNCLEAR:
the import stops there.
"""

import re

from subscribers.imports.reading.known_headers import HARMLESS, HEADERS, KNOWN_BEGINNINGS
from subscribers.imports.reading.status_words import plain

UNCLEAR = "unclear"
DECISIVE = ("consent", "subscribed", "status", "opted_out", "bounced", "complained", "suppressed")
"""Fields that decide whether the person of a row is written to."""

_OTHER_CHANNEL = re.compile(
    r"\b(?:sms|phone|telephone|tel|whatsapp|fax|calls?|postal|trade|push|courrier|telefon\w*|телефон\w*|هاتف)\b"
)
_MAIL = re.compile(r"mail|courriel|correo|пошт|بريد")
_ABOUT = re.compile(
    r"\b(?:urls?|links?|ids?|ip|token|hash|key|title|count|number|anzahl|rate|score|version|campaign|source|page|referr?er|text|wording|"
    r"method|types?|user agent|hostname)\b"
)
"""A column about a column: it says no yes and no no. A whole question may hold such a word and be
one all the same."""
_LONGEST_LABEL = 5
"""Words of a header; more are a question."""
_MOMENT = re.compile(r"\b(?:time|date|at|on|timestamp|datum|fecha|дата)\b")
_LEAVES = re.compile(
    r"unsub|opt(?:ed)? ?out|desabonn|desinscri|\bde baja\b|dezabon|відпис|отпис|الغاء "
    r"الاشتراك|abgemeldet|abmeldung|abbestell|deleted at|"
    r"(?:do not|don t|dont|never|no) (?:e ?mail|mail|contact|send|bulk|write)|email disabled|ne "
    r"pas (?:contacter|envoyer|ecrire)|"
    r"no (?:contactar|enviar|escribir)|nu (?:contacta|trimite)|не "
    r"(?:писати|надсилати|турбувати)|nicht (?:kontaktieren|anschreiben)"
)
_BLOCKS = re.compile(
    r"black ?list|block ?list|suppress|liste noire|lista neg?ra|lista neagra|чорнии список"
)
_BOUNCES = re.compile(r"bounc(?!es\b|e ?count)|rebond|rebote|\bclean(?:ed)? (?:time|date|at)\b")
_COMPLAINS = re.compile(
    r"complain|spam (?:report|complaint)|marked as spam|reported? (?:as )?spam|abuse|plainte|queja"
)
_AGREES = re.compile(
    r"\bagree|\bconsent|\baccepts?\b|opt(?:ed)? "
    r"?in|permission|\bgdpr\b|\brgpd\b|\bdsgvo\b|subscribe me|sign me up|keep me|accepte|"
    r"consens|autoris|\bacept|consient|autoriz|sunt de "
    r"acord|\bacord\b|consimtamant|погодж|\bзгод|соглас|اوافق|موافق|einverstanden|"
    r"einwillig|zustimm|stimme .*\bzu\b"
)
_WISHES = re.compile(
    r"would you like|do you want|do you wish|i would like|i want|i wish|like to|wish to|want "
    r"to|voulez|souhait|aimeri|voudri|desea|"
    r"quier|gustaria|doresc|doriti|vrei|vreau|бажа|хоч|ترغب|تريد|ارغب|هل "
    r"تود|mochte|wollen|abonnieren"
)
_OF_NEWS = re.compile(
    r"receiv|news|mail|updat|inform|hear from|subscri|join "
    r"our|recev|actualit|abonn|nouvelles|recib|noticias|boletin|suscri|primi|notific|"
    r"stiri|noutat|buletin|отрим|новин|розсил|підпис|النشرة|استلام|تلقي|تتلقي|الاخبار|erhalten|neuigkeit|benachrichtig"
)
_STATUS = re.compile(
    r"\b(?:status|statut|estado|estatus|stare|starea|статус|стан|حالة|الحالة|zustand|etat)\b"
)
_OF_MAIL = re.compile(
    r"mail|subscri|abonn|suscri|contact|member|list|news|delivery|marketing|consent|\bopt|підпис|розсил|اشتراك"
)
_SUBSCRIBED = re.compile(
    r"\bsubscribed to\b|\baccepts (?:e ?mail )?marketing\b|\b(?:e ?mail|newsletter) "
    r"subscri(?:ber|bed|ption)\b"
)
_NOT = re.compile(
    r"\b(?:not|no|never|don|dont|pas|jamais|nunca|nu|не|لا|nicht|kein\w*|without|refuse\w*|object)\b"
)
_RULES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("complained", _COMPLAINS),
    ("bounced", _BOUNCES),
    ("suppressed", _BLOCKS),
    ("opted_out", _LEAVES),
)


def same(header: str) -> str:
    """Return the words of a header, as `plain` leaves them.

    Two headers with the same words are the same to a person.
    """
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", header)  # emailBlacklisted
    name = plain(re.sub(r"\(\s*(?:required|optional)\s*\)", "", parted, flags=re.IGNORECASE))
    return re.sub(r"\be mail", "email", name)


_RANKS = {
    same(name): (field, rank)
    for field, names in HEADERS.items()
    for rank, name in reversed([*enumerate(re.split(r"[,|]", names))])
}  # fmt: skip


def field_of(header: str) -> tuple[str, int] | None:
    """Return the field that a header stands for, and its rank among the headers of that field.

    UNCLEAR where it may decide who is written to and doesn't say how.
    """
    name = same(header)
    if name in _RANKS:
        return _RANKS[name]
    found = next(
        (field for beginning, field in KNOWN_BEGINNINGS.items() if name.startswith(beginning)), None
    )
    found = found or (None if name in HARMLESS else _by_its_words(name))
    return (found, len(_RANKS)) if found else None


def is_harmless(header: str) -> bool:
    """Return whether an unread column is surely about something else.

    Such as another channel, or who pays.
    """
    name = same(header)
    return name in HARMLESS or bool(_OTHER_CHANNEL.search(name) and not _MAIL.search(name))


def speaks_of_news_or_consent(words: str) -> bool:
    """Return whether a sentence is about getting mail or agreeing to something.

    Args:
        words: as `plain` leaves them.
    """
    return bool(_OF_NEWS.search(words) or _AGREES.search(words))


def _by_its_words(name: str) -> str | None:
    """Return the decision that a column is about, by the words of its header in small letters."""
    if _OTHER_CHANNEL.search(name) and not _MAIL.search(name):
        return None
    is_label = len(name.split()) <= _LONGEST_LABEL
    about = is_label and bool(_ABOUT.search(name))
    agrees = bool(_AGREES.search(name) or (_WISHES.search(name) and _OF_NEWS.search(name)))
    for field, pattern in _RULES:
        if pattern.search(name):
            # "I agree, and can unsubscribe at any time" and "I want to unsubscribe" are both to be
            # found
            if agrees:
                return (
                    "consent"
                    if re.search(r"any ?time|tout moment|cualquier momento|oricand|jederzeit", name)
                    else UNCLEAR
                )
            return None if about else field
    if agrees:
        if about or (is_label and _MOMENT.search(name)):
            return None
        return UNCLEAR if _NOT.search(name) else "consent"
    if _SUBSCRIBED.search(name) and not about:
        return None if _MOMENT.search(name) else "subscribed"
    return "status" if _STATUS.search(name) and _OF_MAIL.search(name) else None
