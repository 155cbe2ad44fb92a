"""The app of staff accounts and roles."""

from importlib import import_module

from django.apps import AppConfig


class StaffConfig(AppConfig):
    name = "staff"
    label = "staff"
    verbose_name = "Staff"

    def ready(self) -> None:
        import_module("staff.receivers")
