"""The real URLs, and those of answers that no visitor can ask for when they like.

They are errors, and what is said while very many forms arrive.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from config import urls
from subscribers.consent.admission import Admission, Answer
from subscribers.consent.proof_of_work import new_challenge
from subscribers.views.forms import SIGN_UP
from subscribers.views.held_back import FRAMED, WHOLE, answer_held_back

handler403, handler404 = urls.handler403, urls.handler404

PLACES = {"whole": WHOLE, "framed": FRAMED}


def error(request: HttpRequest, status: int) -> HttpResponse:
    """Answer with the page of an error; 500 is a real one."""
    if status == 500:
        raise RuntimeError("The picture of an error needs one.")
    return render(request, f"{status}.html", status=status)


def expired_form(request: HttpRequest) -> HttpResponse:
    """Answer as to a form without its CSRF token."""
    return render(request, "403_csrf.html", status=403)


def held_back(request: HttpRequest, answer: str, place: str) -> HttpResponse:
    """Answer a form that must bring proof, or can't be taken."""
    challenge = new_challenge(form=SIGN_UP, cost=1_000_000)
    admission = Admission(Answer(answer), challenge=challenge)
    return answer_held_back(request, admission, fields=(), pages=PLACES[place])


urlpatterns = [
    path("pictures/error/<int:status>/", error),
    path("pictures/expired-form/", expired_form),
    path("pictures/held-back/<str:answer>/<str:place>/", held_back),
    *urls.urlpatterns,
]
