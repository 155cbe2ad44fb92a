"""The demo's emails of the months before, which make the archive worth searching."""

from dataclasses import dataclass

from campaigns.demo.followers import NEWSLETTER, POLICY_UPDATES


@dataclass(frozen=True, slots=True, kw_only=True)
class PastEmail:
    """A campaign that was sent `days_ago`.

    `contents` holds subject, preheader and paragraphs by language; `readers` says who can read it
    on our pages, where that isn't what its topic says.
    """

    name: str
    topic: str
    days_ago: int
    contents: dict[str, tuple[str, str, tuple[str, ...]]]
    readers: str | None = None
    counts_links: bool = False


PAST_EMAILS = (
    PastEmail(
        name="Newsletter: what we took home from Guatemala",
        topic=NEWSLETTER,
        days_ago=222,
        contents={
            "en": (
                "What we took home from Guatemala",
                "Three days with shelters, prosecutors and people who survived",
                (
                    "Members of the taskforce spent three days with those who run shelters, and "
                    "with people who have lived in them.",
                    "What stayed with us: a law helps nobody who doesn’t know about it. Every "
                    "shelter we saw explains rights before anything else, in the language of "
                    "whoever arrives.",
                ),
            ),
            "es": (
                "Lo que trajimos de Guatemala",
                "Tres días con albergues, fiscalías y personas sobrevivientes",
                (
                    "Miembros del grupo de trabajo pasaron tres días con quienes dirigen albergues "
                    "y con personas que han vivido en ellos.",
                    "Lo que nos quedó: una ley no ayuda a quien no la conoce. Todos los albergues "
                    "que vimos explican primero los derechos, en el idioma de quien llega.",
                ),
            ),
        },
    ),
    PastEmail(
        name="Policy update: laws that reach online recruitment",
        topic=POLICY_UPDATES,
        days_ago=140,
        contents={
            "en": (
                "Laws that reach online recruitment",
                "How five parliaments have worded it, side by side",
                (
                    "False offers of work now begin on a screen. We have put the wording of five "
                    "parliaments side by side: who must act, how fast, and who watches over it.",
                    "Two of them name the platform’s duty; three name the recruiter’s. We will "
                    "discuss the difference at our next quarterly meeting.",
                ),
            ),
            "fr": (
                "Des lois qui atteignent le recrutement en ligne",
                "Comment cinq parlements l’ont formulé, côte à côte",
                (
                    "Les fausses offres d’emploi commencent désormais sur un écran. Nous avons mis "
                    "côte à côte les textes de cinq parlements : qui doit agir, dans quel délai, "
                    "et qui y veille.",
                    "Deux d’entre eux nomment le devoir de la plateforme, trois celui du "
                    "recruteur. Nous parlerons de cette différence lors de notre prochaine réunion "
                    "trimestrielle.",
                ),
            ),
            "uk": (
                "Закони, що сягають вербування в інтернеті",
                "Як це сформулювали п’ять парламентів",
                (
                    "Фальшиві пропозиції роботи тепер починаються з екрана. Ми поставили поруч "
                    "формулювання п’яти парламентів: хто має діяти, як швидко і хто за цим "
                    "стежить.",
                    "Два з них називають обов’язок платформи, три — обов’язок вербувальника. "
                    "Про цю різницю ми поговоримо на наступній щоквартальній зустрічі.",
                ),
            ),
        },
    ),
    PastEmail(
        name="Newsletter: a year of the taskforce",
        topic=NEWSLETTER,
        days_ago=385,
        contents={
            "en": (
                "A year of the taskforce",
                "Four meetings, one forum, and what came of them",
                (
                    "Four times we met online, once in a parliament. Each meeting ended with a "
                    "question that somebody took home and came back with.",
                    "Next year we begin with the question that was asked most: how does a person "
                    "who was trafficked learn what the law promises them?",
                ),
            ),
        },
    ),
)
"""In the order in which the demo makes them."""
