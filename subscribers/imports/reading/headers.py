"""Known headers of other people's sheets, and rules for columns that decide who is written to.

The field of an address is never guessed. A column that may decide and isn't understood is UNCLEAR:
the import stops there.
"""

import re

from subscribers.imports.reading.status_words import plain

UNCLEAR = "unclear"
DECISIVE = ("consent", "subscribed", "status", "opted_out", "bounced", "complained", "suppressed")
"""Fields that decide whether the person of a row is written to."""

_HEADERS: dict[str, str] = {
    # In the order in which they are asked: a typed address goes before the account with which the
    # form was filled in.
    "email": """
        email address, email, your email address, your email, mail, email id, email adress, what is
        your email address, what is your email, please enter your email address, work email, contact
        email, primary email, email primary, subscriber email, member email, emailaddress, email
        addr, email 1, email value, email 1 value, what's your email,
        what's your email address | adresse e-mail, adresse électronique, adresse
        mail, adresse de messagerie, courriel, adresse courriel, adresse de courriel, votre adresse
        e-mail, votre e-mail, votre courriel, mèl, quelle est votre adresse e-mail | correo
        electrónico, dirección de correo electrónico, dirección de correo, correo, dirección de
        e-mail, su correo electrónico, tu correo electrónico, e-mail de contacto | adresă de e-mail,
        adresa de e-mail, adresă e-mail, adresa e-mail, adresa ta de e-mail, adresa dvs de e-mail,
        poștă electronică | електронна адреса, електронна пошта, адреса електронної пошти, адреса ел
        пошти, ел пошта, ел адреса, e-mail адреса, імейл, емейл, ваша електронна адреса, ваша
        електронна пошта | البريد الإلكتروني, عنوان البريد الإلكتروني, بريد إلكتروني, البريد
        الالكتروني الخاص بك, الإيميل, ايميل, بريدك الإلكتروني | e-mail-adresse, emailadresse,
        mailadresse, ihre e-mail-adresse, deine e-mail-adresse | endereço de e-mail, e-mailadres,
        e-post, e-postadress,
        indirizzo email, adres e-mail, e-mail cím, адрес электронной почты, электронная почта |
        username, user name, nom d'utilisateur, nombre de usuario, nume de utilizator, ім'я
        користувача, اسم المستخدم, nutzername
    """,
    "timestamp": """
        timestamp, time stamp, submitted at, submission time, submitted on, date submitted,
        submission date, subscribed at, subscribe date, subscription date, date, opt in time, optin
        time, opt in date, confirm time, consent date, date added, date registered, date subscribed
        | horodateur,
        horodatage, date d'inscription | marca temporal, fecha de registro, fecha de inscripción,
        fecha | marcaj de timp, marcaj temporal, marcă temporală, data înscrierii | позначка
        часу, часова позначка, мітка часу, часова мітка, дата | طابع زمني, الطابع الزمني, التاريخ |
        zeitstempel, datum | carimbo de data hora, informazioni cronologiche, tijdstempel, sygnatura
        czasowa, időbélyeg, отметка времени
    """,
    "full_name": """
        full name, fullname, name, your name, your full name, name and surname, first and last name,
        first name and last name, what is your name, what's your name, what is your full name,
        subscriber name,
        display name, real name, contact name | nom complet, nom et prénom, prénom et nom, nom
        prénom, votre nom | nombre completo, nombre y apellidos, nombre y apellido, su nombre,
        nombre | nume complet, numele complet, nume și prenume, prenume și nume, numele și prenumele
        | повне ім'я, прізвище та ім'я, ім'я та прізвище, піб, ім'я | الاسم الكامل, الاسم, الاسم
        واللقب, الاسم الثلاثي | vollständiger name, vor und nachname, name vorname
    """,
    "given_name": """
        first name, firstname, given name, given names, given name s, forename, your first name,
        fname | prénom, votre prénom | nombres, primer nombre, nombre de pila | prenume, prenumele |
        перше ім'я | الاسم الأول, الاسم الشخصي | vorname
    """,
    "family_name": """
        last name, lastname, surname, family name, second name, your last name, lname | nom, nom de
        famille, votre nom de famille | apellido, apellidos | nume, nume de familie, numele de
        familie | прізвище | اسم العائلة, اللقب, الكنية | nachname, familienname
    """,
    "institution": """
        organization, organisation, organization name, organisation name, company, company name,
        institution, affiliation, employer, parliament, legislature, organisation or parliament,
        organization or parliament, your organization, your organisation | organisme, entreprise,
        société, établissement, parlement | organización, empresa, institución, entidad, parlamento
        | organizație, organizația, instituție, instituția, companie, parlament | організація,
        установа, компанія, парламент | المنظمة, المؤسسة, الشركة, الجهة, البرلمان | firma,
        unternehmen, einrichtung
    """,
    # Not "tags": those of another system would become hundreds of labels here.
    "labels": ("labels, label | étiquettes | etiquetas | etichete | мітки | التصنيفات | etiketten"),
    "country": """
        country, country of residence, your country, country region, country or region, nation,
        country code | pays, pays de résidence, votre pays | país, país de residencia | țară, țara,
        țara de reședință | країна, країна проживання | البلد, الدولة, بلد الإقامة | land
    """,
    "language": """
        language, preferred language, locale | langue, langue préférée | idioma, idioma preferido,
        lengua | limbă, limba, limba preferată | мова, бажана мова | اللغة, اللغة المفضلة | sprache
    """,
    "time_zone": (
        "time zone, timezone | fuseau horaire | zona horaria, huso horario | fus orar | "
        "часовий пояс | المنطقة الزمنية | zeitzone"
    ),
    "consent": """
        consent, gdpr, active, enabled, confirmed, is active, is confirmed, email confirmed, opt in,
        optin, opted in, email opt in | consentement, rgpd, accord | consentimiento | consimțământ,
        acord | згода | الموافقة, موافقة | einwilligung, dsgvo
    """,
    "subscribed": """
        subscribed, is subscribed, newsletter, mailing list, subscribe, email marketing, marketing
        emails, email subscription | infolettre, abonné, inscrit à la newsletter | boletín, suscrito
        | abonat, buletin informativ | розсилка, підписка, підписаний | النشرة البريدية, مشترك |
        rundbrief
    """,
    "status": """
        status, subscription status, subscriber state, subscription state, member rating status,
        email status, contact status, subscriber
        status, member status, delivery status, email permission status, delivery, reception |
        statut, état | estado, estatus | stare, starea | статус, стан | الحالة, حالة | zustand
    """,
    "opted_out": """
        opted out, opt out, optout, unsubscribed, unsubscribe time, unsub time, opted out date,
        email opt out, has opted out of email, is opt out, deleted at, do not email, do not contact,
        do not mail, no bulk email, no bulk emails | désabonné, désinscrit | de baja, baja |
        dezabonat | відписаний, відписка | abgemeldet, abbestellt
    """,
    "bounced": (
        "bounced, hard bounced, hard bounce, clean time, on hold, hold date, bounced at, "
        "bounce date"
    ),
    "complained": "complained, complaint, spam complaint, marked as spam, abuse, complained at",
    "suppressed": """
        suppressed, blacklisted, email blacklisted, blocklisted, email blocklisted, blacklist,
        blocklist, email disabled | liste noire | lista negra | lista neagră | чорний список
    """,
}
_HARMLESS = frozenset({"active subscription", "member rating"})
"""Substack's column says who pays; Mailchimp's how often somebody reads."""

KNOWN_BEGINNINGS: dict[str, str] = {
    plain(beginning): field
    for field, beginnings in {
        "institution": """
            which organization, which organisation, what organization, what organisation, name of
            your organization, name of your organisation, which parliament, quelle organisation,
            quel organisme, qué organización, ce organizație, яку організацію
        """,
        "country": """
            what country, which country, in which country, in what country, country where, country
            in which, dans quel pays, quel est votre pays, en qué país, în ce țară, в якій країні, у
            якій країні, in welchem land
        """,
        "consent": "by submitting this form",
    }.items()
    for beginning in beginnings.split(",")
}
"""Long questions are known by how they begin. None of them leads to an address: that must never be
guessed."""

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
    for field, names in _HEADERS.items()
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
    found = found or (None if name in _HARMLESS else _by_its_words(name))
    return (found, len(_RANKS)) if found else None


def is_harmless(header: str) -> bool:
    """Return whether an unread column is surely about something else.

    Such as another channel, or who pays.
    """
    name = same(header)
    return name in _HARMLESS or bool(_OTHER_CHANNEL.search(name) and not _MAIL.search(name))


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
