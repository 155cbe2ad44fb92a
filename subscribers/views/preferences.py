"""The preference centre: by a link that comes to the person's own mailbox."""

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from newsletter.links import Purpose, read_token
from subscribers.consent.limits import within_limits
from subscribers.consent.offer import topics_offered
from subscribers.consent.preferences import UnknownSubscriber, choose_topics, resume
from subscribers.consent.submissions import store_preferences_request
from subscribers.consent.unsubscribe import unsubscribe_all
from subscribers.consent.words import preferences_words
from subscribers.models import Subscriber, Topic
from subscribers.people.details import change_details
from subscribers.people.erase import erase
from subscribers.states import FOLLOWED, ConsentMethod, SubscriptionStatus
from subscribers.suppression.policy import waits_for_opt_in_since
from subscribers.views.door import UNPROCESSABLE, door, network, posted
from subscribers.views.forms import AddressForm, PreferencesForm, TopicChoice

NOT_FOUND = 404
NOTES = {
    SubscriptionStatus.AWAITING_REVIEW: "Waits for our staff.",
    SubscriptionStatus.PENDING: "Not confirmed yet.",
    SubscriptionStatus.DECLINED: "Was declined by our staff; you may ask again.",
}


@door
def preferences(request: HttpRequest) -> HttpResponse:
    """Asks for an address, and mails the link. The answer is the same for every address."""
    if request.method != "POST":
        return render(request, "subscribers/preferences_ask.html", {"form": AddressForm()})
    form = AddressForm(request.POST)
    if not form.is_valid():
        return render(request, "subscribers/preferences_ask.html", {"form": form}, status=UNPROCESSABLE)
    address, where = form.cleaned_data["email"], network(request)
    if not form.is_trapped and within_limits(network=where, address=address):
        store_preferences_request(address, network=where)
    return redirect("preferences_sent")


@require_safe
def preferences_sent(request: HttpRequest) -> HttpResponse:
    """The answer to everybody."""
    return render(request, "subscribers/preferences_sent.html")


@door
def preferences_token(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows, POST changes: what is followed, what is known, or that all of it goes."""
    link = read_token(token, Purpose.PREFERENCES)
    subscriber = Subscriber.objects.filter(pk=link.subject).first() if link else None
    if subscriber is None:
        return render(request, "subscribers/link_gone.html", status=NOT_FOUND)
    if request.method != "POST":
        return _show(request, subscriber, PreferencesForm(subscriber=subscriber))
    act = {"leave": _leave, "erase": _erase, "resume": _resume}.get(posted(request).get("action", ""), _save)
    try:
        return act(request, subscriber)
    except (UnknownSubscriber, Subscriber.DoesNotExist):  # erased since, by another click
        return render(request, "subscribers/link_gone.html", status=NOT_FOUND)


def _show(request: HttpRequest, subscriber: Subscriber, form: PreferencesForm, *, notice: str = "", status: int = 200) -> HttpResponse:
    choices = _topic_choices(subscriber)
    context = {
        "form": form,
        "email": subscriber.email,
        "topic_choices": choices,
        "follows_any": any(choice.ticked for choice in choices),
        "words": preferences_words(),
        "held_back": waits_for_opt_in_since(subscriber.digest) is not None,
        "notice": notice,
        "problem": status != 200,
    }
    return render(request, "subscribers/preferences.html", context, status=status)


def _save(request: HttpRequest, subscriber: Subscriber) -> HttpResponse:
    fields = posted(request)
    form = PreferencesForm(fields, subscriber=subscriber)
    if not form.is_valid():
        return _show(request, subscriber, form, status=UNPROCESSABLE)
    said = form.cleaned_data
    language = said["language"] if said["language"] != subscriber.language else None  # what was kept before is not judged anew
    change_details(subscriber.pk, full_name=said["name"], language=language, country=said["country"], time_zone=said["time_zone"])
    if "chosen" in fields:  # without it the topics were not shown, and no box is not a "no"
        shown = [choice.topic for choice in _topic_choices(subscriber)]
        wanted = [topic for topic in shown if topic.slug in fields.getlist("topics")]
        choose_topics(subscriber.pk, topics=wanted, among=shown, words=preferences_words(), network=network(request))
    return _show_anew(request, subscriber, "Saved. This is what we have on record now.")


def _leave(request: HttpRequest, subscriber: Subscriber) -> HttpResponse:
    unsubscribe_all(subscriber.pk, method=ConsentMethod.PREFERENCES, network=network(request))
    return _show_anew(request, subscriber, "You have left everything. We will send you no more letters.")


def _resume(request: HttpRequest, subscriber: Subscriber) -> HttpResponse:
    resume(subscriber.pk, words=preferences_words(), network=network(request))
    return _show_anew(request, subscriber, "Letters on the topics you follow will reach you again.")


def _erase(request: HttpRequest, subscriber: Subscriber) -> HttpResponse:
    if not posted(request).get("sure"):
        problem = "Nothing was erased: please tick the box that says you are sure."
        return _show(request, subscriber, PreferencesForm(subscriber=subscriber), notice=problem, status=UNPROCESSABLE)
    erase(subscriber.pk, method=ConsentMethod.PREFERENCES)
    return render(request, "subscribers/erased.html")


def _show_anew(request: HttpRequest, subscriber: Subscriber, notice: str) -> HttpResponse:
    subscriber.refresh_from_db()
    return _show(request, subscriber, PreferencesForm(subscriber=subscriber), notice=notice)


def _topic_choices(subscriber: Subscriber) -> list[TopicChoice]:
    """What anybody may choose, and what this person follows: a moderated topic can be left, not joined."""
    statuses = dict(subscriber.subscriptions.values_list("topic_id", "status"))
    followed = [topic_id for topic_id, status in statuses.items() if status in FOLLOWED]
    topics = Topic.objects.filter(Q(pk__in=topics_offered()) | Q(pk__in=followed))
    return [
        TopicChoice(
            topic, statuses.get(topic.pk) in FOLLOWED, NOTES.get(SubscriptionStatus(statuses[topic.pk]), "") if topic.pk in statuses else ""
        )
        for topic in topics
    ]
