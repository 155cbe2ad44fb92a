"""The Django application."""

from django.apps import AppConfig


class NewsletterConfig(AppConfig):
    name = "newsletter"
    verbose_name = "Newsletter"

    def ready(self) -> None:
        from newsletter import database_plans, lookups, receivers  # noqa: F401 - they register themselves
