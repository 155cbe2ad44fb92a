"""Leftovers of writing: filler text, notes to oneself, and places that nobody filled in."""

import re
from collections.abc import Iterator

from campaigns.review.checks.written import Written
from campaigns.review.finding import PreflightFinding, warning

# Words by which people mark what is to be filled in, in the six languages of Convene. They count
# between brackets alone: "[date]", "<nom>", "{{ nume }}".
_PLACES = """
    name first surname full date day time hour place location venue address city country title topic
    subject theme link url website speaker speakers host number amount sum phone email organisation
    organization company event meeting text insert add enter fill here your month year signature
    position job room agenda picture image logo salutation
    nom prénom date jour heure lieu adresse ville pays titre sujet lien orateur intervenant numéro
    montant organisation événement réunion texte insérer ajouter compléter remplir votre signature
    fonction salle
    nombre apellido apellidos fecha día hora lugar dirección ciudad país título tema enlace ponente
    número importe organización evento reunión texto insertar añadir completar rellenar su tu firma
    cargo sala
    nume numele textul prenume dată data ziua oră ora loc locul adresă adresa oraș țară titlu titlul
    subiect temă legătură vorbitor număr sumă organizație eveniment ședință text introduceți
    adăugați completați completează semnătură funcție sală
    ім’я ім'я імʼя прізвище дата день час година місце адреса місто країна назва тема посилання
    доповідач номер сума організація подія захід зустріч текст вставити вставте додати додайте
    заповнити вкажіть підпис посада зала
    الاسم اسم التاريخ تاريخ اليوم الوقت وقت الساعة المكان مكان العنوان عنوان المدينة البلد الموضوع
    الرابط رابط المتحدث الرقم المبلغ المنظمة الفعالية الاجتماع النص نص أدخل أضف أكمل التوقيع المنصب
    القاعة
"""
_PLACE_WORDS = frozenset(_PLACES.split())
_LONGEST = 80

_BRACKETED = re.compile(
    rf"\[\[?([^\[\]\n]{{2,{_LONGEST}}})\]\]?|<<?([^<>\n]{{2,{_LONGEST}}})>>?"
    rf"|\{{\{{([^{{}}\n]{{2,{_LONGEST}}})\}}\}}|【([^【】\n]{{2,{_LONGEST}}})】"
)
_WORD = re.compile(r"[^\W\d_][\w’'ʼ]*")
# What other systems fill in for each recipient. Convene leaves it as it is.
_OF_OTHERS = re.compile(
    r"\*\|[A-Z0-9_:]+\|\*"  # Mailchimp
    r"|%%?_?[A-Za-z]{1,40}_[A-Za-z_]{1,80}%%?"  # %first_name%
    r"|%(?:NAME|FIRSTNAME|LASTNAME|DATE|EMAIL)%"
    r"|\$\{[\w.]+\}|#\{[\w.]+\}"
    r"|\{%[^{}%\n]{1,80}%\}"
    r"|\{\{\s*(?:contact|subscriber|recipient|user|person|lead)\.[\w.]+[^{}\n]{0,60}\}\}"
    r"|«[A-Za-z]+_[A-Za-z_]+»"  # a word processor's
    r"|\[(?:firstname|lastname|fname|lname|unsubscribe(?:_?link)?)\]",
    re.IGNORECASE,
)
_FILLER = re.compile(
    r"\blorem\b|\bipsum\b|\bdolor sit amet\b|نص تجريبي|لوريم"
    r"|\bdummy text\b|\btexte fictif\b|\bfaux[- ]texte\b|\btexto de relleno\b|\btext fictiv\b"
    r"|\bтекст-риба\b|\basdf(?:asdf)?\b|\bblah blah\b|\bbla bla\b",
    re.IGNORECASE,
)
_NOTES = re.compile(
    # In capitals: a Spanish "todo" is a word as any other.
    r"\b(?:TODO|TO DO|FIXME|TBD|TBA|TBC|TKTK|WIP)\b|\b[Xx]{3,}\b(?![\s-]*(?:century|siècle|siglo))"
    r"|\b[Xx]{2}[./:-][Xx]{2}\b"
    r"|(?i:\b(?:to be (?:confirmed|completed|added|filled)|à compléter|à confirmer"
    r"|à préciser|por completar|por confirmar|a completar|por definir|de completat|de confirmat"
    r"|de adăugat)\b)"
    r"|(?i:\b(?:доповнити|дописати|уточнити пізніше|додати пізніше)\b)"
    r"|يُ?ستكمل لاحقا|يُ?حدد لاحقا|قيد التأكيد"
    r"|\?{3,}|(?<![_\w])_{3,}(?![_\w])|(?<!\.)\.{6,}"
)


def check_leftovers(written: Written) -> Iterator[PreflightFinding]:
    """Find what somebody meant to replace before the email goes out. Each field is named once."""
    for passage in written.passages:
        found = leftover_in(passage.text)
        if found:
            yield warning(
                f"“{found}” looks like something that was to be filled in or taken out.",
                passage.path,
            )


def leftover_in(text: str) -> str:
    """Return the first leftover in a text, or "" where there is none."""
    for pattern in (_OF_OTHERS, _FILLER, _NOTES):
        if match := pattern.search(text):
            return match[0]
    return next((match[0] for match in _BRACKETED.finditer(text) if _is_place(match)), "")


def _is_place(match: re.Match[str]) -> bool:
    inner = next(group for group in match.groups() if group is not None)
    words = _WORD.findall(inner)
    if not words or "@" in inner or "/" in inner:
        return False  # <name@example.org> and <https://…> are addresses
    # An editor's word in a quotation, such as [the ministry], has none of these at its beginning.
    return words[0].casefold() in _PLACE_WORDS or (
        len(words) <= 3 and words[-1].casefold() in _PLACE_WORDS
    )
