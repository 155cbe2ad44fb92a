"""URLs of the public pages about events and sent emails."""

from django.urls import URLPattern, URLResolver, path

from campaigns.views.archive import archive, archive_email
from campaigns.views.archive_for_subscribers import (
    archive_ask_page,
    archive_link_sent,
    own_email_page,
    own_emails_page,
)
from campaigns.views.consent import consent_page
from campaigns.views.counted_link import counted_link
from campaigns.views.discreet import read_page
from campaigns.views.documents import answer_document, answer_documents, event_document
from campaigns.views.events import calendar_ics, event, event_file, events
from campaigns.views.feed import archive_feed
from campaigns.views.home import home
from campaigns.views.my_answers import my_answers_page, rsvp_ask_page, rsvp_link_sent
from campaigns.views.rsvp import answer_page, delegate_page, place_page, rsvp_page

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home, name="home"),
    path("events/", events, name="events"),
    # In front of the events' own: "calendar" is a reserved slug.
    path("events/calendar.ics", calendar_ics, name="calendar_ics"),
    path("events/<slug:slug>.ics", event_file, name="event_ics"),
    path("events/<slug:slug>/", event, name="event"),
    path("events/<slug:slug>/documents/<int:number>/", event_document, name="event_document"),
    # In discreet mail: its path says nothing.
    path("read/<str:token>/", read_page, name="read"),
    # In emails whose links are counted; the same for all recipients.
    path("go/<str:token>/", counted_link, name="counted_link"),
    path("consent/<str:token>/", consent_page, name="consent"),
    path("rsvp/", rsvp_ask_page, name="rsvp_ask"),
    path("rsvp/sent/", rsvp_link_sent, name="rsvp_link_sent"),
    path("rsvp/mine/<str:token>/", my_answers_page, name="my_answers"),
    path("rsvp/answers/<str:token>/", answer_page, name="rsvp_answer"),
    path("rsvp/place/<str:token>/", place_page, name="rsvp_place"),
    path("rsvp/delegate/<str:token>/", delegate_page, name="rsvp_delegate"),
    path("rsvp/documents/<str:token>/", answer_documents, name="rsvp_documents"),
    path("rsvp/documents/<str:token>/<int:number>/", answer_document, name="rsvp_document"),
    path("rsvp/<str:token>/", rsvp_page, name="rsvp"),
    path("archive/", archive, name="archive"),
    path("archive/feed/", archive_feed, name="archive_feed"),
    path("archive/mine/", archive_ask_page, name="archive_ask"),
    path("archive/mine/sent/", archive_link_sent, name="archive_link_sent"),
    path("archive/mine/<str:token>/", own_emails_page, name="own_emails"),
    path("archive/mine/<str:token>/<uuid:slug>/", own_email_page, name="own_email"),
    path("archive/<uuid:slug>/", archive_email, name="archive_email"),
]
