"""The Django application."""

from django.apps import AppConfig


class NewsletterConfig(AppConfig):
    name = "newsletter"
    verbose_name = "Newsletter"

    def ready(self) -> None:
        from newsletter import receivers  # noqa: F401 - it connects itself
        from newsletter.core.db import array_lookup, planner  # noqa: F401 - they register themselves
        from newsletter.models import Brand, MediaImage
        from newsletter.public_pages.watched_tables import watch

        watch(Brand)
        watch(MediaImage, "focus_x", "focus_y", "crops")
