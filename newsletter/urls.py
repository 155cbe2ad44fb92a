"""Addresses of the development inbox, mounted at /inbox/ where an `inbox://` mailer is set."""

from django.urls import URLPattern, path

from newsletter.views import inbox

urlpatterns: list[URLPattern] = [
    path("", inbox.inbox, name="inbox"),
    path("<int:pk>/", inbox.inbox_message, name="inbox_message"),
    path("<int:pk>/html/", inbox.inbox_html, name="inbox_html"),
    path("<int:pk>/source/", inbox.inbox_source, name="inbox_source"),
    path("<int:pk>/attachments/<int:number>/", inbox.inbox_attachment, name="inbox_attachment"),
]
