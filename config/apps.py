"""The Django application that every process starts with."""

from importlib import import_module

from django.apps import AppConfig


class WiringConfig(AppConfig):
    """The Celery app, by which tasks are registered and workers woken, and the system checks."""

    name = "config"

    def ready(self) -> None:
        import_module("config.celery")
        import_module("config.checks")
        import_module("config.heartbeats")
