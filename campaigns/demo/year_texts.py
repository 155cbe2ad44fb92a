"""More emails of the demo's year, in English alone: so that each month has something to report."""

from campaigns.demo.followers import NEWSLETTER, POLICY_UPDATES
from campaigns.demo.past_emails import PastEmail


def _english(
    name: str,
    topic: str,
    days_ago: int,
    subject: str,
    preheader: str,
    *paragraphs: str,
    readers: str | None = None,
    counts_links: bool = False,
) -> PastEmail:
    return PastEmail(
        name=name,
        topic=topic,
        days_ago=days_ago,
        contents={"en": (subject, preheader, paragraphs)},
        readers=readers,
        counts_links=counts_links,
    )


YEAR_EMAILS = (
    _english(
        "Newsletter: questions that came home with us",
        NEWSLETTER,
        328,
        "Questions that came home with us",
        "Three answers from members, and two that are still missing",
        "After our last meeting, members took five questions back to their parliaments. Three came "
        "back with an answer, which we print here in short.",
        "Two are still open. If you know somebody who can answer them, reply to this email.",
    ),
    _english(
        "Policy update: who pays for legal help",
        POLICY_UPDATES,
        298,
        "Who pays for legal help",
        "Four ways to fund it, and what each leaves out",
        "Legal help decides whether a case is brought at all. We compare four ways in which states "
        "pay for it, and say whom each of them leaves out.",
        "The comparison was made by members of the taskforce and checked by lawyers who do the "
        "work.",
    ),
    _english(
        "Newsletter: what a hotline hears",
        NEWSLETTER,
        268,
        "What a hotline hears",
        "A year of calls, and what they ask of the law",
        "Those who answer the telephone hear first what has changed: where people are recruited, "
        "and what they are afraid of.",
        "Four of the most common questions have an answer in law that nobody had told the callers.",
    ),
    _english(
        "Newsletter: six months, six parliaments",
        NEWSLETTER,
        168,
        "Six months, six parliaments",
        "Where the taskforce was heard this year",
        "Members spoke in six parliaments since the new year. In two of them, what they asked for "
        "is now part of a bill.",
        "We thank everybody who wrote questions for them. The next ones are collected at our "
        "quarterly meeting.",
    ),
    _english(
        "Newsletter: notes for the summer",
        NEWSLETTER,
        108,
        "Notes for the summer",
        "Four short reads, and a date for your calendar",
        "Parliaments rest, and so do we, a little. Four short reads from our members wait for you.",
        "Our forum will be announced soon. Whoever has questions on it can reply to this email.",
    ),
    _english(
        "Policy update: procurement without forced labour",
        POLICY_UPDATES,
        62,
        "Procurement without forced labour",
        "What public buyers may ask of those who supply them",
        "Public buyers may ask where goods come from. Three members explain how their rules are "
        "written, and how they are checked.",
        "All three begin with a list of goods that is looked at again each year.",
        readers="subscribers",
    ),
    _english(
        "Newsletter: before the forum",
        NEWSLETTER,
        47,
        "Before the forum",
        "What we would like to bring home from it",
        "The programme of the forum is nearly done. This is what members would like to bring home "
        "from it: fewer promises, and more people who know whom to call.",
        "An invitation follows to everybody who follows our forums.",
        counts_links=True,
    ),
)
