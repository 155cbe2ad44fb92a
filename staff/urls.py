"""URLs of accounts: signing in beyond the password, and one's own account.

Names that begin with `mfa_` and `account_login` are those by which allauth looks for its pages.
"""

from django.urls import URLPattern, path
from django.views.generic import RedirectView

from staff.views import (
    account,
    invitations,
    password_and_second_steps,
    passwords,
    second_factor,
    sign_in_again,
)

urlpatterns: list[URLPattern] = [
    # Below the sign-in page, where the cookie of a known device is sent to.
    path("login/second-factor/", second_factor.second_factor, name="mfa_authenticate"),
    path("login/again/", sign_in_again.again_page, name="account_again"),
    path("account/", account.account_page, name="account"),
    # Where allauth leads whoever is not, or no longer, on their way in.
    path("login/start/", RedirectView.as_view(pattern_name="admin:index"), name="account_login"),
    path("account/password/", passwords.change, name="account_password"),
    path("account/password/ask/", passwords.ask, name="account_password_ask"),
    path("account/password/asked/", passwords.asked, name="account_password_asked"),
    path("account/password/new/", passwords.new_password, name="account_new_password"),
    path("account/invitation/", passwords.invitation, name="account_invitation"),
    path("account/invite/", invitations.invite_page, name="account_invite"),
    path(
        "account/invite/<int:account_id>/again/",
        invitations.send_again,
        name="account_invite_again",
    ),
    path(
        "account/invite/<int:account_id>/withdraw/",
        invitations.withdraw_page,
        name="account_invite_withdraw",
    ),
    path(
        "account/colleagues/<int:account_id>/",
        password_and_second_steps.colleague,
        name="account_colleague",
    ),
    path(
        "account/colleagues/<int:account_id>/password/",
        password_and_second_steps.send_password,
        name="account_colleague_password",
    ),
    path(
        "account/colleagues/<int:account_id>/second-factors/",
        password_and_second_steps.clear,
        name="account_colleague_clear",
    ),
    path("account/app/", second_factor.add_app, name="mfa_activate_totp"),
    path("account/app/remove/", second_factor.remove_app, name="mfa_deactivate_totp"),
    path("account/passkeys/add/", second_factor.add_passkey, name="mfa_add_webauthn"),
    path(
        "account/passkeys/<int:number>/remove/",
        second_factor.remove_passkey,
        name="mfa_remove_webauthn",
    ),
    path("account/recovery-codes/", second_factor.codes, name="account_codes"),
    path("account/sessions/<int:number>/end/", account.sign_out_device, name="account_end_session"),
]
