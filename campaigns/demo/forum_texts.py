"""The demo's forum: its words in six languages, its speakers and its agenda. All are invented."""

from datetime import date
from typing import Any

ADDRESS = "Palace of the Parliament\nStrada Izvor 2–4\n050563 Bucharest"
CONTACT = "Secretariat of the forum"
DIAL_IN = "+40 21 555 0147\nCode: 4711 208"
DESCRIPTION = (
    "<p>The forum brings together lawmakers, officials, civil society and people with lived "
    "experience.</p>"
    "<ul><li><strong>The first day</strong> compares laws and how they are applied.</li>"
    "<li><strong>On the second</strong>, working groups draft what participants can take home to "
    "their own parliaments.</li></ul>"
    "<p>Participation is free of charge. Places are confirmed in the order of registration.</p>"
)
SUMMARY = (
    "Two days in a parliament: what laws against trafficking achieve, and what they still miss."
)
_TEXTS: dict[str, dict[str, str]] = {
    "fr": {
        "title": "Forum interparlementaire {year}",
        "summary": "Deux jours dans un parlement : ce que les lois contre la traite accomplissent, "
        "et ce qui leur échappe encore.",
        "description": "<p>Le forum réunit parlementaires, responsables publics, société civile "
        "et personnes concernées.</p><ul><li><strong>Le premier jour</strong> compare les lois et "
        "leur application.</li><li><strong>Le second</strong>, des groupes de travail rédigent ce "
        "que chacun peut rapporter à son parlement.</li></ul><p>La participation est gratuite. Les "
        "places sont confirmées dans l’ordre d’inscription.</p>",
        "venue": "Bucarest, Roumanie",
        "address": "Palais du Parlement\nStrada Izvor 2–4\n050563 Bucarest",
        "contact_name": "Secrétariat du forum",
        "dial_in": "+40 21 555 0147\nCode : 4711 208",
    },
    "es": {
        "title": "Foro interparlamentario {year}",
        "summary": "Dos días en un parlamento: qué logran las leyes contra la trata y qué se les "
        "escapa todavía.",
        "description": "<p>El foro reúne a legisladores, responsables públicos, sociedad civil y "
        "personas con experiencia vivida.</p><ul><li><strong>El primer día</strong> compara las "
        "leyes y su aplicación.</li><li><strong>El segundo</strong>, grupos de trabajo redactan lo "
        "que cada participante puede llevar a su parlamento.</li></ul><p>La participación es "
        "gratuita. Las plazas se confirman por orden de inscripción.</p>",
        "venue": "Bucarest, Rumanía",
        "address": "Palacio del Parlamento\nStrada Izvor 2–4\n050563 Bucarest",
        "contact_name": "Secretaría del foro",
        "dial_in": "+40 21 555 0147\nCódigo: 4711 208",
    },
    "ro": {
        "title": "Forumul interparlamentar {year}",
        "summary": "Două zile într-un parlament: ce reușesc legile împotriva traficului de "
        "persoane și ce le scapă încă.",
        "description": "<p>Forumul aduce împreună legiuitori, funcționari, societatea civilă și "
        "persoane cu experiență trăită.</p><ul><li><strong>Prima zi</strong> compară legile și "
        "felul în care sunt aplicate.</li><li><strong>În a doua</strong>, grupurile de lucru "
        "redactează ce pot duce participanții în propriile parlamente.</li></ul><p>Participarea "
        "este gratuită. Locurile se confirmă în ordinea înscrierii.</p>",
        "venue": "București, România",
        "address": "Palatul Parlamentului\nStrada Izvor 2–4\n050563 București",
        "contact_name": "Secretariatul forumului",
        "dial_in": "+40 21 555 0147\nCod: 4711 208",
    },
    "uk": {
        "title": "Міжпарламентський форум {year}",
        "summary": "Два дні в парламенті: чого досягають закони проти торгівлі людьми і чого їм "
        "іще бракує.",
        "description": "<p>Форум збирає законодавців, посадовців, громадянське суспільство й людей "
        "із власним досвідом.</p><ul><li><strong>Першого дня</strong> порівнюємо закони та їх "
        "застосування.</li><li><strong>Другого дня</strong> робочі групи готують те, що учасники "
        "зможуть запропонувати своїм парламентам.</li></ul><p>Участь безкоштовна. Місця "
        "підтверджуємо в порядку реєстрації.</p>",
        "venue": "Бухарест, Румунія",
        "address": "Палац парламенту\nStrada Izvor 2–4\n050563 Бухарест",
        "contact_name": "Секретаріат форуму",
        "dial_in": "+40 21 555 0147\nКод: 4711 208",
    },
    "ar": {
        "title": "المنتدى البرلماني الدولي {year}",
        "summary": "يومان في برلمان: ما الذي تحققه قوانين مكافحة الاتجار بالبشر، وما الذي لا يزال "
        "يفوتها.",
        "description": "<p>يجمع المنتدى مشرّعين ومسؤولين والمجتمع المدني وأشخاصًا عاشوا التجربة."
        "</p><ul><li><strong>في اليوم الأول</strong> نقارن القوانين وطرق تطبيقها.</li><li><strong>"
        "وفي اليوم الثاني</strong> تصوغ مجموعات العمل ما يمكن للمشاركين حمله إلى برلماناتهم.</li>"
        "</ul><p>المشاركة مجانية، وتُؤكَّد المقاعد بحسب ترتيب التسجيل.</p>",
        "venue": "بوخارست، رومانيا",
        "address": "قصر البرلمان\nStrada Izvor 2–4\n050563 بوخارست",
        "contact_name": "أمانة المنتدى",
        "dial_in": "+40 21 555 0147\nالرمز: 4711 208",
    },
}
CHAIR, PROSECUTOR, ADVOCATE = "Senator Mirela Stanciu", "Oksana Bilyk", "Amara Okonjo"
SPEAKERS: list[dict[str, Any]] = [
    {
        "name": CHAIR,
        "office": "Chair of the taskforce, Senate",
        "country": "RO",
        "biography": "Has led the work of the taskforce since its second year.",
        "texts": {
            "fr": {"office": "Présidente du groupe de travail, Sénat"},
            "ro": {"office": "Președinta grupului de lucru, Senat"},
            "uk": {"office": "Голова робочої групи, Сенат"},
            "ar": {"office": "رئيسة فرقة العمل، مجلس الشيوخ"},
        },
    },
    {
        "name": PROSECUTOR,
        "office": "Prosecutor",
        "country": "UA",
        "biography": "Leads a unit for cases of trafficking that begin online.",
        "texts": {
            "fr": {"office": "Procureure"},
            "ro": {"office": "Procuror"},
            "uk": {"office": "Прокурорка"},
            "ar": {"office": "مدعية عامة"},
        },
    },
    {
        "name": ADVOCATE,
        "office": "Advocate and lived-experience expert",
        "country": "NG",
        "biography": "Advises parliaments on how laws reach the people they are made for.",
        "texts": {
            "fr": {"office": "Militante et experte issue du vécu"},
            "ro": {"office": "Activistă și expertă prin experiență trăită"},
            "uk": {"office": "Правозахисниця, експертка з власним досвідом"},
            "ar": {"office": "مناصرة وخبيرة من واقع التجربة"},
        },
    },
]
_DAY = 24 * 60
_ITEMS: tuple[tuple[Any, ...], ...] = (
    (0, 60, [CHAIR], "Opening", "Ouverture", "Deschidere", "Відкриття", "الافتتاح"),
    (90, 120, [CHAIR, PROSECUTOR], "Laws compared", "Comparer les lois", "Legi comparate",
     "Порівняння законів", "مقارنة القوانين"),
    (300, 90, [ADVOCATE], "What survivors need of a law", "Ce que les personnes survivantes "
     "attendent d’une loi", "De ce lege au nevoie supraviețuitorii",
     "Чого постраждалі потребують від закону", "ما الذي يحتاجه الناجون من القانون"),
    (_DAY, 150, [], "Working groups", "Groupes de travail", "Grupuri de lucru", "Робочі групи",
     "مجموعات العمل"),
    (_DAY + 270, 90, [CHAIR], "What we take home", "Ce que nous rapportons", "Ce ducem acasă",
     "Що ми беремо з собою", "ما نحمله معنا"),
)  # fmt: skip
AGENDA: list[dict[str, Any]] = [
    {
        "after": after,
        "minutes": minutes,
        "title": own,
        "speakers": speakers,
        "texts": {
            language: {"title": title}
            for language, title in zip(("fr", "ro", "uk", "ar"), others, strict=True)
        },
    }
    for after, minutes, speakers, own, *others in _ITEMS
]


def forum_texts(day: date) -> dict[str, dict[str, str]]:
    """Return the texts of a forum in other languages."""
    return {
        language: {**texts, "title": texts["title"].format(year=day.year)}
        for language, texts in _TEXTS.items()
    }
