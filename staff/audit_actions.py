"""Actions that the audit log records of accounts and their sign-ins: code → words."""

from newsletter.audit_actions import AuditedAction


class AccountAction(AuditedAction):
    """An action of the staff app's, in the past tense: the log says that it was done."""

    SIGNED_IN = "account.signed_in", "Signed in"
    SIGNED_OUT = "account.signed_out", "Signed out"
    SIGN_IN_FAILED = "account.sign_in_failed", "Failed to sign in: wrong password"
    CODE_FAILED = "account.code_failed", "Failed to sign in: wrong code or passkey"
    SIGN_IN_SLOWED = "account.sign_in_slowed", "Had to wait after too many attempts to sign in"
    SIGNED_IN_AGAIN = "account.signed_in_again", "Confirmed who they are"
    INVITED = "account.invited", "Invited a member of staff"
    INVITED_AGAIN = "account.invited_again", "Sent an invitation again"
    INVITATION_WITHDRAWN = "account.invitation_withdrawn", "Withdrew an invitation"
    INVITATION_TAKEN = "account.invitation_taken", "Accepted an invitation"
    RESET_ASKED = "account.reset_asked", "Asked for a new password"
    LINK_SENT = "account.link_sent", "Sent a colleague a link to a new password"
    PASSWORD_RESET = "account.password_reset", "Set a new password by a link"
    PASSWORD_CHANGED = "account.password_changed", "Changed their password"
    PASSKEY_ADDED = "account.passkey_added", "Added a passkey"
    PASSKEY_REMOVED = "account.passkey_removed", "Removed a passkey"
    APP_ADDED = "account.app_added", "Added an authenticator app"
    APP_REMOVED = "account.app_removed", "Removed an authenticator app"
    CODES_MADE = "account.codes_made", "Got new recovery codes"
    CODES_REMOVED = "account.codes_removed", "Lost the recovery codes with the last second step"
    SECOND_FACTORS_CLEARED = (
        "account.second_factors_cleared",
        "Removed all second steps of a colleague’s account",
    )
    ROLES_CHANGED = "account.roles_changed", "Changed the roles of a staff account"
    SESSION_ENDED = "account.session_ended", "Signed out another device"
    SESSIONS_CLOSED = (
        "account.sessions_closed",
        "Signed out all devices of an account that was made inactive",
    )
