"""Joining a moderated topic: the application form, and the answer to a question of staff."""

from collections.abc import Hashable

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import linebreaks_filter
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from newsletter.core.languages import direction_of, lookup_language
from newsletter.core.requests.link_language import answer_in
from newsletter.core.tokens import Purpose, read_token, was_made
from newsletter.public_pages.kept_pages import PageCache
from newsletter.public_pages.page_cache import cached_page, plain_address
from newsletter.public_pages.page_for_one import page_for_one
from subscribers.applications.mission import has_mission_statement, mission_statement
from subscribers.applications.questions import answer, open_question
from subscribers.applications.submissions import store_application
from subscribers.consent.admission import Answer, admit
from subscribers.consent.offered_topics import (
    topic_applied_for,
    topics_by_application,
    topics_to_ask_for,
)
from subscribers.models import ApplicationQuestion, Topic
from subscribers.views.form_choice import names_known_topics
from subscribers.views.forms import STAMP_PLACE, stamp_values
from subscribers.views.held_back import answer_early, answer_held_back
from subscribers.views.join_form import AnswerForm, JoinForm
from subscribers.views.public_page import UNPROCESSABLE, network_of_request, posted, public_page

NOT_FOUND, GONE = 404, 410
CARRIED = (frozenset(JoinForm.base_fields) | {"topic"}) - {"website"}
"""Fields that the page in between brings back, as of a sign-up."""
FORMS = PageCache(most_bytes=2_000_000)
"""Pages with an empty form, of each topic."""


def _empty_form(request: HttpRequest) -> Hashable | None:
    """Return the key of the page with an empty form; its address may name the topic."""
    address = plain_address(request)
    if address is None and names_known_topics(request.META["QUERY_STRING"], topics_to_ask_for()):
        return str(request.META["QUERY_STRING"])
    return address


@public_page
@cached_page(key=_empty_form, values=stamp_values, among=FORMS)
def join_page(request: HttpRequest) -> HttpResponse:
    """Show the application form, or the topics to choose from; on POST, take the application.

    The answer is the same for every address.
    """
    topics = list(topics_by_application())
    topic = _named(request, topics)
    if topic is None:
        return render(request, "subscribers/join_topics.html", {"topics": topics})
    if request.method != "POST":
        return _show(request, topic)
    early = answer_early(request, form=JoinForm.form_name, fields=CARRIED)
    if early is not None:
        return early
    form = JoinForm(request.POST, topic=topic, has_mission=has_mission_statement())
    if not form.is_valid():
        return render(request, "subscribers/join.html", {"form": form}, status=UNPROCESSABLE)
    network = network_of_request(request)
    admission = admit(
        form.asked(network=network),
        proof=form.proof,
        waiting=form.waiting_pass,
        is_trapped=form.is_trapped,
    )
    if admission.answer in (Answer.PROVE, Answer.CLOSED):
        return answer_held_back(request, admission, fields=CARRIED)
    store_application(
        form.application(network=network, language=_language(), trust=admission.trust)
    )
    return redirect("join_done")


@require_safe
@cached_page()
def join_done(request: HttpRequest) -> HttpResponse:
    """Show the answer to everybody, whatever is known of the address."""
    return render(request, "subscribers/join_done.html")


@public_page
def answer_page(request: HttpRequest, token: str) -> HttpResponse:
    """Show a question of staff; on POST, take the answer.

    The page shows nothing of the application, because the email may have been passed on.
    """
    link = read_token(token, Purpose.ANSWER)
    question = open_question(link.subject) if link else None
    if question is None:
        if was_made(token, Purpose.ANSWER):
            return page_for_one(request, "subscribers/answer_closed.html", status=GONE)
        return page_for_one(request, "subscribers/answer_incomplete.html", status=NOT_FOUND)
    application = question.application
    answer_in(request, application.language or application.subscription.subscriber.language)
    if request.method != "POST":
        return _ask(request, question, AnswerForm())
    form = AnswerForm(posted(request))
    if not form.is_valid():
        return _ask(request, question, form, status=UNPROCESSABLE)
    if not answer(question.pk, text=form.cleaned_data["answer"]):  # another click was faster
        return page_for_one(request, "subscribers/answer_closed.html", status=GONE)
    return page_for_one(request, "subscribers/answer_done.html")


@require_safe
@cached_page()
def mission_page(request: HttpRequest) -> HttpResponse:
    """Show the mission statement, in the language that suits the visitor best."""
    statement = mission_statement(get_language() or "", otherwise=settings.CONTENT_LANGUAGES[0])
    if statement is None:
        raise Http404
    context = {"statement": statement, "direction": direction_of(statement.language)}
    return render(request, "subscribers/mission.html", context)


def _named(request: HttpRequest, topics: list[Topic]) -> Topic | None:
    """Return the topic that the form or the link names, or the only one."""
    slug = request.POST.get("topic") or request.GET.get("topic", "")
    if slug:
        return topic_applied_for(slug)
    return topics[0] if len(topics) == 1 else None


def _show(request: HttpRequest, topic: Topic) -> HttpResponse:
    form = JoinForm(
        initial={"language": _language()},
        topic=topic,
        has_mission=has_mission_statement(),
    )
    context = {"form": form, "stamp": STAMP_PLACE}
    return render(request, "subscribers/join.html", context)


def _language() -> str:
    """Return the language of the page, in which emails follow, or the nearest that we write in."""
    languages = settings.CONTENT_LANGUAGES
    return lookup_language(get_language() or "", languages) or languages[0]


def _ask(
    request: HttpRequest, question: ApplicationQuestion, form: AnswerForm, *, status: int = 200
) -> HttpResponse:
    return page_for_one(
        request,
        "subscribers/answer.html",
        {"question": linebreaks_filter(question.text)},
        shape=None if form.is_bound else "empty",
        context=lambda: {"form": form},
        status=status,
    )
