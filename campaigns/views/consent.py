"""The page of the link in an email that asks for consent: agree to the words of now, or leave.

It names nobody, because the email may have been forwarded. Only a press of a button acts.
"""

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from campaigns.sending.consent_answers import Question, agree, leave, question_of
from newsletter.core.catalogues import page_languages
from newsletter.core.requests.link_language import answer_in
from newsletter.core.tokens import Purpose, read_token
from newsletter.public_pages.page_for_one import page_for_one
from subscribers.consent.agree_again import Agreement
from subscribers.consent.wording_versions import CurrentWording, words_to_ask
from subscribers.models import Topic
from subscribers.views.public_page import UNPROCESSABLE, network_of_request, posted, public_page

NOT_FOUND = 404


@public_page
def consent_page(request: HttpRequest, token: str) -> HttpResponse:
    """Show the words of now; on POST, record the answer.

    It is in the language of the email, unless the visitor chose another.
    """
    link = read_token(token, Purpose.CONSENT)
    question = question_of(link.subject) if link else None
    stand = question.stand if question else Agreement.GONE
    if question is None or stand is Agreement.GONE:
        return _gone(request)
    answer_in(request, question.language)
    if stand is Agreement.LEFT:
        return page_for_one(request, "campaigns/consent_left.html")
    if request.method == "POST":
        return _answer(request, question)
    return _ask(request, question)


def _ask(request: HttpRequest, question: Question, *, problem: str = "") -> HttpResponse:
    """Show the words with both buttons.

    Args:
        problem: what was wrong with the answer: "nothing" was chosen, or the words have "changed".
    """
    topic = question.campaign.topic
    return page_for_one(
        request,
        "campaigns/consent.html",
        shape=(topic.pk, problem),
        context=lambda: {
            "topic": topic,
            "wording": words_to_ask(topic, translation.get_language()),
            "problem": problem,
        },
        status=UNPROCESSABLE if problem else 200,
    )


def _answer(request: HttpRequest, question: Question) -> HttpResponse:
    fields, network = posted(request), network_of_request(request)
    if fields.get("answer") == "leave":
        leave(question, network=network)
        return _about(request, "campaigns/consent_unsubscribed.html", question.campaign.topic)
    if fields.get("answer") != "agree":
        return _ask(request, question, problem="nothing")
    wording = _read_words(question.campaign.topic, fields.get("wording", ""))
    if wording is None:
        return _ask(request, question, problem="changed")
    agreement = agree(question, wording=wording, network=network)
    if agreement is Agreement.GONE:
        return _gone(request)
    if agreement is Agreement.LEFT:
        return page_for_one(request, "campaigns/consent_left.html")
    return _about(request, "campaigns/consent_done.html", question.campaign.topic)


def _about(request: HttpRequest, template: str, topic: Topic) -> HttpResponse:
    return page_for_one(request, template, shape=topic.pk, context=lambda: {"topic": topic})


def _read_words(topic: Topic, wording_hash: str) -> CurrentWording | None:
    """Return the words that a page showed, where they are those of now in any language."""
    shown = (words_to_ask(topic, language) for language in page_languages())
    return next((each for each in shown if each.text_hash == wording_hash), None)


def _gone(request: HttpRequest) -> HttpResponse:
    return page_for_one(request, "subscribers/link_gone.html", status=NOT_FOUND)
