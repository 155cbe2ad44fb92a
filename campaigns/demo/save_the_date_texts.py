"""The words of the demo's sent campaign, which announces the forum, in six languages."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveTheDate:
    """One language of the campaign. `days` are the items of its list."""

    subject: str
    preheader: str
    heading: str
    dear: str
    why: str
    met: str
    days: tuple[str, str, str]
    button: str
    closing: str
    signed: str


SAVE_THE_DATE = {
    "en": SaveTheDate(
        subject="Save the date: two days in Bucharest",
        preheader="Our next forum brings lawmakers and people with lived experience to one table",
        heading="Two days in one parliament",
        dear="Dear {given_name|colleague},",
        why="Nearly one third of nations still lack adequate laws against human trafficking. Where "
        "good laws exist, they are applied unevenly. Our next forum asks what works, and what each "
        "of us can take home.",
        met="We have met in Bucharest before, and a site visit has taken members of the taskforce "
        "to Guatemala. Both taught us the same lesson: papers travel badly, people travel well.",
        days=(
            "Day one: laws compared, clause by clause",
            "Day two: working groups that end with a draft",
            "On both days: people with lived experience in every session",
        ),
        button="About the forum",
        closing="You don’t need to reply yet. We’ll email you again when registration opens.",
        signed="The secretariat of the taskforce",
    ),
    "fr": SaveTheDate(
        subject="À noter : deux jours à Bucarest",
        preheader="Notre prochain forum réunit parlementaires et personnes concernées à une même "
        "table",
        heading="Deux jours dans un même parlement",
        dear="{given_name|Madame, Monsieur},",
        why="Près d’un tiers des États n’ont toujours pas de loi adéquate contre la traite des "
        "êtres humains. Là où de bonnes lois existent, elles sont appliquées de façon inégale. "
        "Notre prochain forum cherche ce qui fonctionne, et ce que chacun peut en rapporter.",
        met="Nous nous sommes déjà retrouvés à Bucarest, et une visite de terrain a conduit des "
        "membres du groupe de travail au Guatemala. La leçon est la même : les documents voyagent "
        "mal, les personnes voyagent bien.",
        days=(
            "Premier jour : les lois comparées, article par article",
            "Deuxième jour : des groupes de travail qui aboutissent à un texte",
            "Les deux jours : des personnes concernées à chaque séance",
        ),
        button="Découvrir le forum",
        closing="Aucune réponse n’est nécessaire pour l’instant. Nous vous écrirons à l’ouverture "
        "des inscriptions.",
        signed="Le secrétariat du groupe de travail",
    ),
    "es": SaveTheDate(
        subject="Reserve la fecha: dos días en Bucarest",
        preheader="Nuestro próximo foro reúne en una misma mesa a legisladores y a personas con "
        "experiencia vivida",
        heading="Dos días en un mismo parlamento",
        dear="Hola, {given_name|colega}:",
        why="Cerca de un tercio de los países aún no tiene leyes adecuadas contra la trata de "
        "personas. Donde hay buenas leyes, se aplican de forma desigual. Nuestro próximo foro "
        "pregunta qué funciona y qué puede llevarse cada cual a su país.",
        met="Ya nos hemos reunido en Bucarest, y una visita llevó a miembros del grupo de trabajo "
        "a Guatemala. La lección fue la misma: los documentos viajan mal y las personas viajan "
        "bien.",
        days=(
            "Primer día: comparación de leyes, artículo por artículo",
            "Segundo día: grupos de trabajo que terminan con un borrador",
            "Ambos días: personas con experiencia vivida en todas las sesiones",
        ),
        button="Sobre el foro",
        closing="Todavía no hace falta responder. Le escribiremos cuando se abra la inscripción.",
        signed="La secretaría del grupo de trabajo",
    ),
    "ro": SaveTheDate(
        subject="Rezervați data: două zile la București",
        preheader="Următorul nostru forum aduce la aceeași masă legiuitori și persoane cu "
        "experiență directă",
        heading="Două zile într-un singur parlament",
        dear="Bună ziua, {given_name|stimate coleg, stimată colegă},",
        why="Aproape o treime dintre state nu au încă legi adecvate împotriva traficului de "
        "persoane. Acolo unde există legi bune, ele sunt aplicate inegal. Următorul nostru forum "
        "caută răspunsul la întrebarea ce funcționează și ce poate duce fiecare acasă.",
        met="Ne-am mai întâlnit la București, iar o vizită la fața locului i-a dus pe membrii "
        "grupului de lucru în Guatemala. Lecția a fost aceeași: documentele călătoresc greu, "
        "oamenii călătoresc bine.",
        days=(
            "Prima zi: legile comparate, articol cu articol",
            "A doua zi: grupuri de lucru care se încheie cu un proiect de text",
            "În ambele zile: persoane cu experiență directă la fiecare sesiune",
        ),
        button="Despre forum",
        closing="Nu este nevoie să răspundeți încă. Vă vom scrie când se deschid înscrierile.",
        signed="Secretariatul grupului de lucru",
    ),
    "uk": SaveTheDate(
        subject="Збережіть дату: два дні в Бухаресті",
        preheader="Наш наступний форум збере за одним столом законотворців і людей із власним "
        "досвідом",
        heading="Два дні в одному парламенті",
        dear="Вітаємо, {given_name|колего}!",
        why="Майже третина держав досі не має належних законів проти торгівлі людьми. Там, де "
        "добрі закони є, їх застосовують нерівномірно. Наш наступний форум шукатиме відповідь, що "
        "справді діє і що кожен із нас може взяти додому.",
        met="Ми вже зустрічалися в Бухаресті, а виїзний візит привів членів робочої групи до "
        "Гватемали. Урок був той самий: папери подорожують погано, люди подорожують добре.",
        days=(
            "День перший: порівняння законів, стаття за статтею",
            "День другий: робочі групи, які завершать роботу проєктом",
            "Обидва дні: люди з власним досвідом на кожному засіданні",
        ),
        button="Про форум",
        closing="Відповідати поки не потрібно. Ми напишемо Вам, коли відкриється реєстрація.",
        signed="Секретаріат робочої групи",
    ),
    "ar": SaveTheDate(
        subject="موعد للحفظ: يومان في بوخارست",
        preheader="منتدانا القادم يجمع المشرّعين وأصحاب التجارب المعيشة حول طاولة واحدة",
        heading="يومان في برلمان واحد",
        dear="تحية طيبة، {given_name|زميلاتنا وزملاءنا}،",
        why="لا يزال نحو ثلث الدول يفتقر إلى قوانين ملائمة لمكافحة الاتجار بالبشر. وحيث توجد "
        "قوانين جيدة، فإن تطبيقها متفاوت. يبحث منتدانا القادم في ما ينجح، وفي ما يمكن لكل منا "
        "أن يعود به إلى بلده.",
        met="سبق أن التقينا في بوخارست، وقادت زيارة ميدانية أعضاء من فرقة العمل إلى غواتيمالا. "
        "وكان الدرس واحدًا: الأوراق لا تسافر جيدًا، أما الناس فيسافرون.",
        days=(
            "اليوم الأول: مقارنة القوانين مادة بمادة",
            "اليوم الثاني: مجموعات عمل تنتهي بمسودة",
            "في كلا اليومين: أصحاب التجارب المعيشة في كل جلسة",
        ),
        button="عن المنتدى",
        closing="لا حاجة إلى الرد الآن. سنراسلكم مجددًا عند فتح باب التسجيل.",
        signed="أمانة فرقة العمل",
    ),
}
"""By language."""
