"""URLs of the media library."""

from django.urls import URLPattern, path

from campaigns.studio.media.image_page import delete_page, image_page
from campaigns.studio.media.library import library_page

media_urls: list[URLPattern] = [
    path("", library_page, name="media_library"),
    path("<int:mediaimage_id>/", image_page, name="media_image"),
    path("<int:mediaimage_id>/delete/", delete_page, name="media_delete"),
]
