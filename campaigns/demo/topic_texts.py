"""The demo's topics in other languages."""

QUARTERLY_MEETINGS = {
    "fr": ("Réunions trimestrielles", "Invitations à nos quatre réunions virtuelles annuelles."),
    "es": ("Reuniones trimestrales", "Invitaciones a nuestras cuatro reuniones virtuales al año."),
    "ro": ("Reuniuni trimestriale", "Invitații la cele patru reuniuni virtuale ale noastre pe an."),
    "uk": ("Щоквартальні зустрічі", "Запрошення на чотири наші віртуальні зустрічі на рік."),
    "ar": ("الاجتماعات الفصلية", "دعوات إلى اجتماعاتنا الافتراضية الأربعة في السنة."),
}
FORUMS = {
    "fr": (
        "Forums parlementaires",
        "Forums dans les parlements et visites de terrain : dates, programmes, participation.",
    ),
    "es": (
        "Foros",
        "Foros en parlamentos y visitas: fechas, programas y cómo participar.",
    ),
    "ro": (
        "Forumuri",
        "Forumuri în parlamente și vizite la fața locului: date, programe, participare.",
    ),
    "uk": ("Форуми", "Форуми в парламентах і виїзні візити: дати, програми, як узяти участь."),
    "ar": (
        "المنتديات",
        "منتديات في البرلمانات وزيارات ميدانية: المواعيد والبرامج وكيفية المشاركة.",
    ),
}
NEWSLETTER = {
    "fr": ("Lettre d’information", "Les activités du groupe de travail, tous les deux mois."),
    "es": ("Boletín", "Lo que ha hecho el grupo de trabajo, cada dos meses."),
    "ro": ("Buletin informativ", "Activitatea grupului de lucru, la fiecare două luni."),
    "uk": ("Інформаційний бюлетень", "Чим займалася робоча група, раз на два місяці."),
    "ar": ("النشرة الإخبارية", "أعمال فرقة العمل كل شهرين."),
}
POLICY_UPDATES = {
    "fr": (
        "Actualités législatives",
        "Lois, projets de loi et jurisprudence sur la traite des êtres humains, pour qui légifère.",
    ),
    "es": (
        "Novedades legislativas",
        "Leyes, proyectos de ley y sentencias sobre la trata de personas, para quienes legislan.",
    ),
    "ro": (
        "Noutăți legislative",
        "Legi, proiecte de lege și hotărâri privind traficul de persoane, pentru legiuitori.",
    ),
    "uk": (
        "Новини законодавства",
        "Нові закони, законопроєкти й рішення щодо торгівлі людьми, для законотворців.",
    ),
    "ar": (
        "مستجدات التشريعات",
        "قوانين ومشاريع قوانين وأحكام جديدة بشأن الاتجار بالبشر، للمشرّعين.",
    ),
}

MEMBERS = {
    "fr": (
        "Membres",
        "Pour les parlementaires et responsables publics qui souhaitent rejoindre le groupe de "
        "travail.",
    ),
    "es": (
        "Miembros",
        "Para legisladores y responsables públicos que deseen unirse al grupo de trabajo.",
    ),
    "ro": (
        "Membri",
        "Pentru parlamentari și demnitari care doresc să se alăture grupului de lucru.",
    ),
    "uk": (
        "Члени",
        "Для законотворців і посадовців, які бажають приєднатися до робочої групи.",
    ),
    "ar": ("الأعضاء", "للمشرّعين والمسؤولين الحكوميين الراغبين في الانضمام إلى فرقة العمل."),
}

TEXTS = {
    "quarterly-meetings": QUARTERLY_MEETINGS,
    "forums": FORUMS,
    "newsletter": NEWSLETTER,
    "policy-updates": POLICY_UPDATES,
    "members": MEMBERS,
}
"""Name and description by the topic's URL name, then by language."""


def texts_of(slug: str) -> dict[str, dict[str, str]]:
    """Return the texts of a topic as its row keeps them."""
    return {
        language: {"name": name, "description": description}
        for language, (name, description) in TEXTS[slug].items()
    }
