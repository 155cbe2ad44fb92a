"""The speakers and the agenda of the demo's quarterly meetings. All of them are invented."""

CHAIR = "Senator Mirela Stanciu"
ADVOCATE = "Amara Okonjo"
SPEAKERS = [
    {
        "name": CHAIR,
        "office": "Chair of the taskforce, Senate",
        "country": "RO",
        "biography": (
            "Has led the work of the taskforce since its second year, and wrote the first law of "
            "her country on the compensation of victims."
        ),
        "texts": {
            "fr": {"office": "Présidente du groupe de travail, Sénat"},
            "es": {"office": "Presidenta del grupo de trabajo, Senado"},
            "ro": {"office": "Președinta grupului de lucru, Senat"},
            "uk": {"office": "Голова робочої групи, Сенат"},
            "ar": {"office": "رئيسة فرقة العمل، مجلس الشيوخ"},
        },
    },
    {
        "name": ADVOCATE,
        "office": "Advocate and lived-experience expert",
        "country": "NG",
        "biography": "Advises parliaments on how laws reach the people they are made for.",
        "texts": {
            "fr": {"office": "Militante et experte issue du vécu"},
            "es": {"office": "Activista y experta por experiencia propia"},
            "ro": {"office": "Activistă și expertă prin experiență trăită"},
            "uk": {"office": "Правозахисниця, експертка з власним досвідом"},
            "ar": {"office": "مناصرة وخبيرة من واقع التجربة"},
        },
    },
]
AGENDA = [
    {
        "after": 0,
        "minutes": 10,
        "title": "Welcome",
        "speakers": [CHAIR],
        "texts": {
            "fr": {"title": "Accueil"},
            "es": {"title": "Bienvenida"},
            "ro": {"title": "Cuvânt de bun venit"},
            "uk": {"title": "Вітальне слово"},
            "ar": {"title": "كلمة ترحيب"},
        },
    },
    {
        "after": 10,
        "minutes": 30,
        "title": "Two short contributions",
        "speakers": [CHAIR, ADVOCATE],
        "texts": {
            "fr": {"title": "Deux brèves interventions"},
            "es": {"title": "Dos breves intervenciones"},
            "ro": {"title": "Două scurte intervenții"},
            "uk": {"title": "Дві короткі доповіді"},
            "ar": {"title": "مداخلتان قصيرتان"},
        },
    },
    {
        "after": 40,
        "minutes": 50,
        "title": "Open discussion",
        "speakers": [],
        "texts": {
            "fr": {"title": "Discussion ouverte"},
            "es": {"title": "Debate abierto"},
            "ro": {"title": "Discuție deschisă"},
            "uk": {"title": "Відкрита дискусія"},
            "ar": {"title": "نقاش مفتوح"},
        },
    },
]
