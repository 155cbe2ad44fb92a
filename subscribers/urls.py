"""URLs of public pages.

Those with a token stand in mail that was sent long ago: they never change, even where their links
expire.
"""

from django.urls import path

from subscribers.views import (
    address,
    confirm,
    download,
    erase,
    invitation,
    join,
    preferences,
    privacy,
    receipt,
    subscribe,
    unsubscribe,
    which_address,
)

urlpatterns = [
    # Each form that other sites and scripts post to is answered without the slash at the end, too:
    # a redirect would lose the posted fields.
    path("subscribe", subscribe.subscribe_page),
    path("subscribe/embed", subscribe.embed_page),
    path("preferences", preferences.preferences_page),
    path("preferences/which", which_address.which_address_page),
    path("join", join.join_page),
    path("subscribe/", subscribe.subscribe_page, name="subscribe"),
    path("subscribe/done/", subscribe.subscribe_done, name="subscribe_done"),
    path("subscribe/challenge/", subscribe.challenge_ahead_view, name="subscribe_challenge"),
    path("subscribe/embed/", subscribe.embed_page, name="subscribe_embed"),
    path("subscribe/embed/done/", subscribe.subscribe_embed_done, name="subscribe_embed_done"),
    path("join/", join.join_page, name="join"),
    path("join/done/", join.join_done, name="join_done"),
    path("join/answer/<str:token>/", join.answer_page, name="answer"),
    path("mission/", join.mission_page, name="mission"),
    path("confirm/<str:token>/", confirm.confirm_page, name="confirm"),
    path("invitation/<str:token>/", invitation.invitation_page, name="invitation"),
    path("never/<str:token>/", confirm.never_again_page, name="never_again"),
    # Without a slash at the end: an RFC 8058 POST must not meet a redirect. With one, where
    # somebody added it.
    path("u/<str:token>", unsubscribe.unsubscribe_page, name="unsubscribe"),
    path("u/<str:token>/", unsubscribe.unsubscribe_page),
    path("preferences/", preferences.preferences_page, name="preferences"),
    path("preferences/sent/", preferences.preferences_sent, name="preferences_sent"),
    path("preferences/which/", which_address.which_address_page, name="which_address"),
    path("preferences/which/sent/", which_address.which_address_sent, name="which_address_sent"),
    path("preferences/erase/<str:token>/", erase.erase_page, name="erase"),
    path("preferences/download/<str:token>/", download.download_page, name="download"),
    path("preferences/address/<str:token>/", address.change_address_page, name="change_address"),
    path("preferences/new-address/<str:token>/", address.new_address_page, name="new_address"),
    path("preferences/receipt/<str:token>/", receipt.receipt_page, name="receipt"),
    path("preferences/receipt/<str:token>/consent.json", receipt.receipt_file, name="receipt_file"),
    path("preferences/<str:token>/", preferences.own_preferences_page, name="preferences_token"),
    path("privacy/", privacy.privacy, name="privacy"),
]
