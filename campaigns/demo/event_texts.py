"""The demo's quarterly meetings in other languages."""

from datetime import date

from babel.dates import format_date

MEETING = {
    "fr": "Réunion trimestrielle, {month}",
    "es": "Reunión trimestral, {month}",
    "ro": "Reuniune trimestrială, {month}",
    "uk": "Щоквартальна зустріч, {month}",
    "ar": "الاجتماع الفصلي، {month}",
}
SUMMARY = {
    "fr": "90 minutes en ligne sur {theme}, avec du temps pour les questions.",
    "es": "90 minutos en línea sobre {theme}, con tiempo para preguntas.",
    "ro": "90 de minute online despre {theme}, cu timp pentru întrebări.",
    "uk": "90 хвилин онлайн про {theme}, з часом для запитань.",
    "ar": "90 دقيقة عبر الإنترنت حول {theme}، مع وقت للأسئلة.",
}
DESCRIPTION = {
    "fr": (
        "Quatre fois par an, les membres du groupe de travail se réunissent en ligne. Chaque "
        "réunion a un thème, deux brèves interventions et une discussion ouverte. Cette fois : "
        "{theme}.\n\nLe lien de la réunion est envoyé par e-mail. La "
        "réunion n’est pas enregistrée, afin que chacun puisse parler librement."
    ),
    "es": (
        "Cuatro veces al año, los miembros del grupo de trabajo se reúnen en línea. Cada reunión "
        "tiene un tema, dos breves intervenciones y un debate abierto. Esta vez: {theme}.\n\n"
        "El enlace de la reunión se envía por correo electrónico. La "
        "reunión no se graba, para que todos puedan hablar con libertad."
    ),
    "ro": (
        "De patru ori pe an, membrii grupului de lucru se întâlnesc online. Fiecare reuniune are "
        "o temă, două scurte intervenții și o discuție deschisă. De data aceasta: {theme}.\n\n"
        "Linkul reuniunii este trimis prin e-mail. Reuniunea nu este "
        "înregistrată, pentru ca fiecare să poată vorbi liber."
    ),
    "uk": (
        "Чотири рази на рік члени робочої групи зустрічаються онлайн. Кожна зустріч має одну "
        "тему, дві короткі доповіді й відкриту дискусію. Цього разу — про {theme}.\n\nПосилання на "
        "зустріч надходить електронною поштою. Зустріч не записують, щоб кожен міг "
        "говорити вільно."
    ),
    "ar": (
        "يجتمع أعضاء فرقة العمل عبر الإنترنت أربع مرات في السنة. لكل اجتماع موضوع واحد ومداخلتان "
        "قصيرتان ونقاش مفتوح. هذه المرة حول {theme}.\n\nيُرسل رابط الاجتماع بالبريد "
        "الإلكتروني. لا يُسجَّل الاجتماع، كي يتمكن الجميع من التحدث بحرية."
    ),
}
THEMES = {
    1: {
        "fr": "les lois face au recrutement en ligne",
        "es": "las leyes ante la captación en línea",
        "ro": "legile care ajung la recrutarea online",
        "uk": "закони проти вербування в інтернеті",
        "ar": "القوانين التي تطال الاستدراج عبر الإنترنت",
    },
    2: {
        "fr": "l’identification des victimes dès le premier contact",
        "es": "la identificación de las víctimas en el primer contacto",
        "ro": "identificarea victimelor la primul contact",
        "uk": "виявлення постраждалих під час першого контакту",
        "ar": "التعرّف على الضحايا عند أول اتصال",
    },
    3: {
        "fr": "les chaînes d’approvisionnement et la commande publique",
        "es": "las cadenas de suministro y la contratación pública",
        "ro": "lanțurile de aprovizionare și achizițiile publice",
        "uk": "ланцюги постачання та державні закупівлі",
        "ar": "سلاسل التوريد والمشتريات العامة",
    },
    4: {
        "fr": "les personnes survivantes, partenaires dans l’élaboration des lois",
        "es": "las personas sobrevivientes como aliadas al legislar",
        "ro": "supraviețuitorii ca parteneri în elaborarea legilor",
        "uk": "постраждалих як партнерів у законотворенні",
        "ar": "الناجين بوصفهم شركاء في سنّ القوانين",
    },
}
"""The theme of a meeting, by quarter and language, as it stands in a sentence."""


def meeting_texts(day: date, quarter: int) -> dict[str, dict[str, str]]:
    """Return the texts of a quarterly meeting in other languages."""
    return {
        language: {
            "title": title.format(month=format_date(day, "LLLL y", locale=language)),
            "summary": SUMMARY[language].format(theme=THEMES[quarter][language]),
            "description": DESCRIPTION[language].format(theme=THEMES[quarter][language]),
        }
        for language, title in MEETING.items()
    }
