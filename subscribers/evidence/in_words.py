"""The action and the way of a consent record, in words for the person."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from subscribers.states import ConsentAction, ConsentMethod

type Words = Mapping[str | int, Promise]
"""Values of a column → words for the person whose row it is."""

WHAT: Words = {
    ConsentAction.REQUESTED: _("You asked to subscribe"),
    ConsentAction.CONFIRMED: _("You confirmed"),
    ConsentAction.IMPORTED: _("Taken over from an earlier list, with your consent"),
    ConsentAction.ACCEPTED: _("Accepted by our staff"),
    ConsentAction.DECLINED: _("Declined by our staff"),
    ConsentAction.UNSUBSCRIBED: _("Unsubscribed"),
    ConsentAction.DISCREET: _("You switched discreet mode on"),
    ConsentAction.NOT_DISCREET: _("You switched discreet mode off"),
    ConsentAction.AGREED_AGAIN: _("You agreed again"),
}
HOW: Words = {
    ConsentMethod.FORM: _("On our sign-up page"),
    ConsentMethod.EMBED: _("With the form on another website"),
    ConsentMethod.MAIL_LINK: _("By a link in an email"),
    ConsentMethod.ONE_CLICK: _("With the unsubscribe button of a mail program"),
    ConsentMethod.PREFERENCES: _("On the preferences page"),
    ConsentMethod.IMPORT: _("From an imported list"),
    ConsentMethod.STAFF: _("By our staff"),
    ConsentMethod.COMPLAINT: _("An email was reported as spam"),
    ConsentMethod.PROVIDER: _("At the email provider"),
    ConsentMethod.TERM_ENDED: _("The membership ended on its date"),
    ConsentMethod.UNDECIDED: _("Your application was not decided in time"),
}
