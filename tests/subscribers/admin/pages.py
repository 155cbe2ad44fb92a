"""Where the staff pages of people are."""

PEOPLE = "/staff/subscribers/subscriber/"
SUPPRESSIONS = "/staff/subscribers/suppression/"
