"""Pages that set up, ask for and remove second factors: allauth's, with our templates."""

from typing import Any

from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.flows import generate_recovery_codes
from allauth.mfa.totp.internal.flows import activate_totp, deactivate_totp
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.internal.flows import remove_authenticator
from allauth.mfa.webauthn.views import AddWebAuthnView
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from newsletter.core.plural import number_of
from staff.accounts.mail import send_account_changed
from staff.second_factor.codes import remember_counter
from staff.second_factor.factors import factors_of, real_factors
from staff.sign_in.recent_sign_in import recent_sign_in_required
from staff.sign_in.view import still_holds
from staff.views.account import owner
from staff.views.frame import framed, open_page, render_page, staff_page


class SecondFactorView(AuthenticateView):  # type: ignore[misc] # allauth ships no types
    """The second step of signing in."""

    template_name = "account/second_factor.html"

    def post(self, request: HttpRequest, *given: Any, **options: Any) -> HttpResponse:
        if not still_holds(self.stage.login):
            start: HttpResponse = self.stage.abort()
            return start
        page: HttpResponse = super().post(request, *given, **options)
        return page

    def form_valid(self, form: Any) -> HttpResponse:
        page: HttpResponse = super().form_valid(form)
        used = getattr(form, "authenticator", None)  # a passkey's form has none
        if used and used.type == Authenticator.Type.RECOVERY_CODES:
            account = form.user
            send_account_changed(account, "Somebody signed in with a recovery code.")
            left = number_of(factors_of(account).codes_left, "recovery code")
            messages.warning(
                self.request,
                f"You signed in with a recovery code. You have {left} left. If a device is lost, "
                f"remove its passkey or app on the page of your account, and sign it out there.",
            )
        return page

    def get_context_data(self, **options: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**options)
        factors = factors_of(self.stage.login.user)
        context["has_passkey"], context["has_app"] = bool(factors.passkeys), bool(factors.app)
        form = context["form"]
        # Of a form that came back, the summary of its errors takes the focus.
        form.fields["code"].widget.attrs["autofocus"] = not factors.passkeys and not form.errors
        return context


class AddApp(ActivateTOTPView):  # type: ignore[misc] # likewise
    """Set up an authenticator app."""

    template_name = "account/add_app.html"

    def get_context_data(self, **options: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**options)
        context["key_parts"] = _in_fours(context["form"].secret)
        return context

    def form_valid(self, form: Any) -> HttpResponse:
        row, codes = activate_totp(self.request, form)
        remember_counter(row, form.counter)
        messages.success(self.request, "The authenticator app is set up.")
        return redirect("account_codes" if codes else "account")


class AddPasskey(AddWebAuthnView):  # type: ignore[misc] # likewise
    """Add a passkey."""

    template_name = "account/add_passkey.html"

    def form_valid(self, form: Any) -> HttpResponse:
        super().form_valid(form)
        messages.success(self.request, "The passkey is added.")
        return redirect("account_codes" if self.did_generate_recovery_codes else "account")

    def get_success_url(self) -> str:
        return ""


@recent_sign_in_required
def _remove_app(request: HttpRequest) -> HttpResponse:
    factors = factors_of(owner(request))
    app = factors.app
    if app is None:
        return redirect("account")
    if request.method == "POST":
        deactivate_totp(request, app)
        messages.success(request, "The authenticator app is removed.")
        return redirect("account")
    return render_page(
        request,
        "account/remove.html",
        "Remove authenticator app",
        what="the authenticator app",
        is_last=not factors.passkeys,
    )


@recent_sign_in_required
def _remove_passkey(request: HttpRequest, number: int) -> HttpResponse:
    rows = Authenticator.objects.filter(user=owner(request), type=Authenticator.Type.WEBAUTHN)
    row = get_object_or_404(rows, pk=number)
    name = row.wrap().name
    if request.method == "POST":
        remove_authenticator(request, row)
        messages.success(request, f"The passkey “{name}” is removed.")
        return redirect("account")
    return render_page(
        request,
        "account/remove.html",
        "Remove passkey",
        what=f"the passkey “{name}”",
        is_last=real_factors(owner(request)).count() == 1,
    )


@recent_sign_in_required
def _codes(request: HttpRequest) -> HttpResponse:
    factors = factors_of(owner(request))
    if not factors.any:
        return redirect("account")
    if request.method == "POST":
        generate_recovery_codes(request)
        messages.success(request, "You have new recovery codes. The old ones don’t work any more.")
        return redirect("account_codes")
    if factors.codes is None:
        raise Http404
    codes = [" ".join(_in_fours(code)) for code in factors.unused_codes]
    return render_page(
        request,
        "account/codes.html",
        "Recovery codes",
        codes=codes,
        file=f"Recovery codes of {request.user.get_username()} for {settings.SITE_URL}\n\n"
        + "\n".join(codes),
    )


def _in_fours(digits: str) -> list[str]:
    return [digits[start : start + 4] for start in range(0, len(digits), 4)]


second_factor = open_page(framed(SecondFactorView.as_view(), "Sign-in: second step"))
add_app = staff_page(recent_sign_in_required(framed(AddApp.as_view(), "Set up authenticator app")))
add_passkey = staff_page(recent_sign_in_required(framed(AddPasskey.as_view(), "Add passkey")))
remove_app = staff_page(_remove_app)
remove_passkey = staff_page(_remove_passkey)
codes = staff_page(_codes)
