"""URLs of the development inbox, mounted at /inbox/ where an `inbox://` mailer is set."""

from django.urls import URLPattern, path

from newsletter.dev_inbox import views

urlpatterns: list[URLPattern] = [
    path("", views.inbox, name="inbox"),
    path("<int:pk>/", views.inbox_message, name="inbox_message"),
    path("<int:pk>/html/", views.inbox_html, name="inbox_html"),
    path("<int:pk>/source/", views.inbox_source, name="inbox_source"),
    path("<int:pk>/attachments/<int:number>/", views.inbox_attachment, name="inbox_attachment"),
]
