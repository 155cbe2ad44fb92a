"""The words of other people's sheets for states of a subscription, in many languages.

Only words that are known have a meaning. Any other cell is UNKNOWN, and the caller takes the safe
side.
"""

import re
import unicodedata
from enum import Enum, auto
from functools import lru_cache


class Meaning(Enum):
    """The meaning of a cell."""

    EMPTY = auto()
    YES = auto()
    NO = auto()
    ACTIVE = auto()  # gets the other list's mail
    LEFT = auto()  # has unsubscribed there
    BLOCKED = auto()  # must not be written to at all
    HARD_BOUNCE = auto()
    BOUNCED = auto()  # nobody says for how long
    COMPLAINED = auto()
    WAITING = auto()  # has not confirmed
    NEVER = auto()  # never agreed, or is none of the list any more for a reason that isn't said
    UNKNOWN = auto()


_WORDS: dict[Meaning, str] = {
    Meaning.YES: """
        yes, y, yep, yeah, true, 1, on, x, checked, ticked, ok, okay, sure, agree, agreed, i agree,
        accept, accepted, i accept, consent, i consent, consented, granted, yes please | oui, vrai,
        j'accepte, d'accord, je suis d'accord, accepté, je consens | sí, verdadero, cierto, acepto,
        de acuerdo, estoy de acuerdo, aceptado | da, adevărat, sunt de acord, de acord, acceptat |
        так, істина, правда, згоден, згодна, погоджуюсь, погоджуюся, я згоден, я згодна, я
        погоджуюсь, даю згоду | да, истина, согласен, согласна | نعم, صحيح, موافق, موافقة, أوافق,
        أنا أوافق, أقبل | ja, wahr, einverstanden, ich stimme zu, ich bin einverstanden, zugestimmt,
        akzeptiert | sim, verdadeiro, aceito, concordo | sì, vero, accetto | akkoord, waar | tak,
        prawda, zgadzam się | igen, igaz, elfogadom
    """,
    Meaning.NO: """
        no, n, nope, false, 0, off, unchecked, none, never, refuse, refused, i refuse, disagree, i
        disagree, i do not agree, decline, i decline, no thanks, no thank you | non, faux, non
        merci, je refuse, refusé, pas d'accord, je n'accepte pas | falso, no gracias, no acepto,
        rechazo, me niego | nu, fals, nu mulțumesc, refuz, nu sunt de acord | ні, хибність,
        неправда, ні дякую, не згоден, не згодна, не погоджуюсь, відмовляюсь, відмовляюся | нет,
        ложь, не согласен, не согласна | لا, خطأ, لا شكرا, غير موافق, غير موافقة, أرفض, لا أوافق |
        nein, falsch, nein danke, ich lehne ab, nicht einverstanden, abgelehnt, ich stimme nicht zu
        | não, não concordo, não aceito | non accetto | nee, niet akkoord, onwaar | nie, fałsz |
        nem, hamis
    """,
    Meaning.ACTIVE: """
        subscribed, active, actively subscribed, confirmed, enabled, opted in, opt in, optin, double
        opt in, single opt in, subscriber, marketing contact, express, explicit, all email, each
        email, every email, digest, abridged, approved, deliverable | abonné, abonnée, inscrit,
        inscrite, actif,
        confirmé, confirmée | suscrito, suscrita, activo, activa, confirmado, confirmada | abonat,
        abonată, activ, activă, confirmat, confirmată | підписаний, підписана, підписано,
        підписаний(а), активний, активна, підтверджено, підтверджений, підтверджена | подписан,
        подписана, активный | مشترك, مشتركة, نشط, نشطة, مؤكد, مفعل | aktiv, abonniert, angemeldet,
        bestätigt | inscrito, inscrita, ativo, ativa | iscritto, iscritta, attivo | ingeschreven,
        actief | aktywny | aktív, feliratkozott
    """,
    Meaning.LEFT: """
        unsubscribed, unsubscribe, unsubscriber, unsub, unsubs, opted out, opt out, optout,
        optedout, left, by user, nomail, no mail, no email, cancelled, canceled, withdrawn, revoked,
        unsubscribed by admin, unsubscribed from all | désabonné, désabonnée, désinscrit,
        désinscrite, désabonnement, désinscription | dado de baja, dada de baja, baja, de baja,
        desuscrito, desuscrita, cancelado, cancelada | dezabonat, dezabonată, dezabonare |
        відписаний, відписана, відписано, відписався, відписалася, відписалась, скасовано | отписан,
        отписана, отписался, отписалась | ألغى الاشتراك, ألغت الاشتراك, إلغاء الاشتراك, تم إلغاء
        الاشتراك, ملغى | abgemeldet, abbestellt, ausgetragen | descadastrado, descadastrada |
        disiscritto, disiscritta, cancellato | afgemeld, uitgeschreven | wypisany, wypisana |
        leiratkozott
    """,
    Meaning.BLOCKED: """
        blocklisted, blacklisted, blocked, blocklist, blacklist, suppressed, do not contact, do not
        email, do not mail, dnc, globally unsubscribed, global unsubscribe, email blacklisted, never
        contact, banned, by moderator, deceased | sur liste noire, liste noire, bloqué, bloquée, ne
        pas contacter, décédé, décédée | lista negra, bloqueado, bloqueada, no contactar | listă
        neagră, lista neagră, blocat, blocată, nu contactați | чорний список, у чорному списку,
        заблокований, заблокована, заблоковано | محظور, محظورة, القائمة السوداء | gesperrt,
        blockiert, schwarze liste, nicht
        kontaktieren
    """,
    Meaning.HARD_BOUNCE: """
        hard bounce, hard bounced, hardbounce, hardbounced, bounced hard, hard, cleaned, permanent
        bounce, permanent failure | nettoyé, nettoyée, rebond définitif, rebond dur | depurado,
        depurada, rebote duro, rebotado duro | respins definitiv | постійна помилка | ارتداد دائم |
        bereinigt, hard bounces
    """,
    Meaning.BOUNCED: """
        bounced, bounce, bouncing, soft bounce, soft bounced, softbounce, by bounces, by bounce, on
        hold, invalid, undeliverable, unreachable, mailbox full, non existent, does not exist |
        rebond, rebondi, invalide, adresse invalide | rebotado, rebote, inválido, inválida |
        respins, nevalid, invalidă | повернено, недійсний, недійсна | مرتد, غير صالح | unzustellbar,
        ungültig, zurückgewiesen
    """,
    Meaning.COMPLAINED: """
        complained, complaint, complainer, spam, spam complaint, spam report, reported spam,
        reported as spam, marked as spam, abuse, abuse complaint, junk | plainte, plaignant, signalé
        comme spam | queja, denuncia, marcado como spam | plângere, reclamație | скарга,
        поскаржився, поскаржилась, спам | شكوى, بريد مزعج | beschwerde, spambeschwerde
    """,
    Meaning.WAITING: """
        pending, unconfirmed, not confirmed, awaiting review, awaiting confirmation, confirmation
        pending, waiting, unverified, invited, validating | en attente, non confirmé, non confirmée,
        à confirmer | pendiente, sin confirmar, no confirmado | în așteptare, neconfirmat,
        neconfirmată | очікує, очікує підтвердження, непідтверджений, не підтверджено | قيد
        الانتظار, معلق, غير مؤكد | ausstehend, unbestätigt, nicht bestätigt, wartend
    """,
    Meaning.NEVER: """
        non subscribed, nonsubscribed, not subscribed, never subscribed, transactional, non
        marketing contact, not opted in, declined, rejected, inactive, disabled, removed, deleted,
        erased, archived, expired, no permission, no consent, temp hold | non abonné, non abonnée,
        non inscrit,
        inactif, supprimé, archivé | no suscrito, no suscrita, inactivo, inactiva, eliminado,
        archivado | neabonat, inactiv, șters, arhivat | не підписаний, не підписана, неактивний,
        неактивна, видалений | غير مشترك, غير نشط, محذوف | nicht abonniert, inaktiv, gelöscht,
        archiviert
    """,
}

_SYMBOLS = dict.fromkeys("✓✔☑✅", Meaning.YES) | dict.fromkeys("✗✘☐❌", Meaning.NO)
_NOTHING = frozenset("-–—./?")
_LONGEST = 300
"""Characters. A longer cell is no word, and its end must not be overlooked."""


def plain(text: str) -> str:
    """Return words alone, in small letters, without accents.

    "Opted-Out", "opted_out" and "opted out" are the same to a person.
    """
    small = text.lower()
    if not small.isascii():
        small = "".join(
            letter
            for letter in unicodedata.normalize("NFKD", small.casefold())
            if not unicodedata.combining(letter)
        )
    return " ".join(re.findall(r"[^\W_]+", small))


def split_words(text: str) -> list[str]:
    """Return the entries of a table of ours, as `plain` leaves them.

    Commas part them, and bars the languages.
    """
    return [words for entry in re.split(r"[,|]", text) if (words := plain(entry))]


KNOWN: dict[str, Meaning] = {
    word: meaning for meaning, words in _WORDS.items() for word in split_words(words)
}
"""Word, as `plain` leaves it → meaning."""

UNMISTAKABLE = frozenset(
    word
    for word, meaning in KNOWN.items()
    if meaning in (Meaning.LEFT, Meaning.BLOCKED, Meaning.HARD_BOUNCE, Meaning.COMPLAINED)
) - frozenset(
    split_words(
        "left, baja, cancelled, canceled, cancelado, cancelada, hard, spam, junk, blocked, "
        "bloqué, banned"
    )
)
"""Words that stand in no column but one that says who must not be written to."""


def meaning_of(text: str) -> Meaning:
    """Return the meaning of a whole cell."""
    trimmed = text.strip()
    return _meaning_of(trimmed) if len(trimmed) <= _LONGEST else Meaning.UNKNOWN


@lru_cache(maxsize=4_096)
def _meaning_of(trimmed: str) -> Meaning:
    words = plain(trimmed)
    if not words:
        symbol = trimmed.rstrip("\ufe0f")
        return _SYMBOLS.get(symbol, Meaning.EMPTY if set(symbol) <= _NOTHING else Meaning.UNKNOWN)
    return KNOWN.get(words, Meaning.UNKNOWN)
