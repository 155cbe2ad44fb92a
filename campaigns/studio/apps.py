"""The admin application with the staff site in it."""

from django.contrib.admin.apps import AdminConfig


class StaffSiteConfig(AdminConfig):
    """`django.contrib.admin`, whose `admin.site` is the staff site."""

    default_site = "campaigns.studio.site.StaffSite"
