"""The settings of the installation that is photographed: the real ones, with more URLs."""

from tests.journeys.short_times import *  # noqa: F403 - all of them

ROOT_URLCONF = "scripts.pictures.urls"
