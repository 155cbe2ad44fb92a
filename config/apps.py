"""What every process of Django has at its start, whichever of its parts it runs."""

from importlib import import_module

from django.apps import AppConfig


class WiringConfig(AppConfig):
    """The Celery app, by which tasks are registered and workers are woken, and the system checks."""

    name = "config"

    def ready(self) -> None:
        import_module("config.celery")
        import_module("config.checks")
