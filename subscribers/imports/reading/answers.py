"""Whole sentences in cells: answers to a question of consent, and statuses."""

import re
from functools import lru_cache

from subscribers.imports.reading.headers import speaks_of_news_or_consent
from subscribers.imports.reading.status_words import Meaning, meaning_of, plain, split_words

_YES_BEGINNINGS = tuple(
    f"{beginning} "
    for beginning in split_words("""
        yes, yeah, yep, ok, sure, i agree, i consent, i accept, agree, agreed, accept, sign me up,
        subscribe, add me, keep me, count me in, we agree, we consent, opt in, oui, j'accepte, je
        consens, j'autorise, d'accord, je suis d'accord, je m'inscris, sí, acepto, estoy de acuerdo,
        consiento, autorizo, de acuerdo, da, sunt de acord, de acord, так, згоден, згодна,
        погоджуюсь, погоджуюся, я згоден, я згодна, я погоджуюсь, я погоджуюся, даю згоду, надаю
        згоду, да, согласен, согласна, نعم, أوافق, أنا أوافق, موافق, أنا موافق, أقبل, ja, ich
        stimme, ich bin einverstanden, einverstanden, ich willige, ich akzeptiere, sim, aceito,
        concordo, sì, accetto, acconsento, ik ga akkoord, tak, wyrażam zgodę, zgadzam się, igen,
        hozzájárulok
    """)
)
_WISHES = tuple(
    f"{beginning} "
    for beginning in split_words("""
        please, send me, i would like, i'd like, i want, i wish, i give, i hereby, i confirm, i
        authorise, i authorize, by ticking, by checking, by submitting, je souhaite, je veux, je
        donne, je voudrais, j'aimerais, en cochant, quiero, deseo, me gustaría, doy, doresc, vreau,
        îmi dau, îmi exprim, я хочу, хочу, бажаю, أرغب, أريد, ich möchte, gerne
    """)
)
"""Beginnings of sentences that may ask for anything: "I want to get the news", and "I want to be
forgotten"."""
_AGAINST = frozenset(
    split_words("""
        no, not, never, don, dont, doesn, didn, won, wont, cannot, refuse, decline, disagree,
        without, neither, nor, none, nothing, stop,
        but, only, except, unless, if, provided, maybe, perhaps, later,
        ne, n, non, pas, jamais, refuse, sans, aucun, aucune, mais, seulement, uniquement, sauf,
        plutôt,
        nunca, tampoco, sin, rechazo, pero, solo, sólo, solamente, excepto, quizás, salvo,
        nu, niciodată, fără, refuz, dar, doar, numai, poate,
        не, ні, ніколи, відмовляюсь, відмовляюся, але, лише, тільки, можливо, нет, но, только,
        لا, لن, لم, غير, ليس, بدون, أرفض, لكن, فقط, ربما,
        nicht, nein, kein, keine, keinen, keinerlei, nie, ohne, aber, nur, vielleicht, lehne,
        não, nunca, mas, apenas, somente, niet, geen, nem, nie,
    """)
)
"""A sentence with one of them is no plain yes: it is turned round, hedged or bound to something."""
_LEAVING = re.compile(
    r"unsub|opt(?:ed|ing)? "
    r"?out|remov|delet|eras|forget|cancel|withdraw|revok|\b(?:leav\w*|quit|out|off)\b|"
    r"desabonn|desinscri|supprim|effac|quitt|retir|annul|sortir|oubli|darme de "
    r"baja|borr|salir|quitar|elimin\w*(?:me|nos)\b|"
    r"dezabon|sterge|stearg|paras|elimina\w*ma\b|відпис|видал|вийти|прибер|скасу|отпис|удал|выйти|отмен|"
    r"الغاء|حذف|احذف|ازال|مغادر|abmeld|abbestell|losch|entfern|austret|widerruf|black ?list|block "
    r"?list"
)
_AT_ANY_TIME = re.compile(
    r"any ?time|tout moment|cualquier momento|oricand|orice moment|будь який (?:час|момент)|любое "
    r"время|اي وقت|jederzeit|"
    r"every e ?mail|each e ?mail|chaque e ?mail"
)
"""“I can unsubscribe at any time” belongs to the words of many forms, ours too."""

_STATES: tuple[tuple[Meaning, re.Pattern[str]], ...] = (
    (Meaning.WAITING, re.compile(r"\b(?:un|not |non |in)confirm|pending|awaiting")),
    (
        Meaning.NEVER,
        re.compile(
            r"\b(?:not|non|never|no longer) (?:been )?(?:subscri|opted in|marketing|abonn|inscrit)"
        ),
    ),
    (Meaning.COMPLAINED, re.compile(r"complain|abuse|\bspam\b|plaint|queja|скарг|شكوى|beschwer")),
    (
        Meaning.HARD_BOUNCE,
        re.compile(
            r"(?:hard|permanent)\w* ?bounc|bounc\w* ?(?:hard|permanent)|cleaned|rebond "
            r"(?:dur|definit)"
        ),
    ),
    (Meaning.BOUNCED, re.compile(r"bounc|rebond|rebot|undeliver|unzustellbar|invalid")),
    (
        Meaning.BLOCKED,
        re.compile(
            r"black ?list|block ?list|suppress|do not|don t|liste noire|lista "
            r"negra|заблок|محظور|gesperrt|globally"
        ),
    ),
    (
        Meaning.LEFT,
        re.compile(
            r"unsub|opt(?:ed)? ?out|desabonn|desinscri|de baja|dezabon|відпис|отпис|الغ[اى] ?\w* "
            r"الاشتراك|abgemeldet|abbestell"
        ),
    ),
)


_LONGEST_ANSWER = 3_000
"""Characters of an answer. The whole words of a form may stand in a cell. A longer one is not
looked at, so it is no yes.
"""

_LONGEST_STATE = 300


def meaning_of_answer(text: str) -> Meaning:
    """Return the meaning of an answer to a question of consent.

    Only a known yes is YES; a sentence may begin with one.

    "Yes, send me news" is YES; "Non merci", "I don't", "Yes, but by post" and "Please delete me"
    are not.
    """
    return _meaning_of_answer(text) if len(text) <= _LONGEST_ANSWER else Meaning.UNKNOWN


@lru_cache(maxsize=4_096)
def _meaning_of_answer(text: str) -> Meaning:
    known = meaning_of(text)
    if known is not Meaning.UNKNOWN:
        return known
    words = plain(text)
    if not words or not _AGAINST.isdisjoint(words.split()):
        return (
            Meaning.NO
            if words.split()[:1] and meaning_of(words.split()[0]) is Meaning.NO
            else Meaning.UNKNOWN
        )
    if _LEAVING.search(words) and not _AT_ANY_TIME.search(words):
        return Meaning.UNKNOWN
    sentence = f"{words} "
    is_yes = sentence.startswith(_YES_BEGINNINGS) or (
        sentence.startswith(_WISHES) and speaks_of_news_or_consent(words)
    )
    return Meaning.YES if is_yes else Meaning.UNKNOWN


def meaning_of_state(text: str) -> Meaning:
    """Return the meaning of a status, as a whole or by its words.

    Such as "Unsubscribed by admin", "Bounced (hard)".
    """
    return _meaning_of_state(text) if len(text) <= _LONGEST_STATE else Meaning.UNKNOWN


@lru_cache(maxsize=4_096)
def _meaning_of_state(text: str) -> Meaning:
    known = meaning_of(text)
    if known is not Meaning.UNKNOWN:
        return known
    words = plain(text)
    return next((meaning for meaning, pattern in _STATES if pattern.search(words)), Meaning.UNKNOWN)
