"""Tables of django-allauth that have no staff pages: secrets, and addresses that we don't use."""

from importlib import import_module

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from django.contrib import admin

for _registers in ("allauth.account.admin", "allauth.mfa.admin"):
    import_module(_registers)
for _model in (EmailAddress, EmailConfirmation, Authenticator):
    if admin.site.is_registered(_model):
        admin.site.unregister(_model)
