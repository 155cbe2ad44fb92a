"""Public pages: thin doors to the verbs.

None of them sets a cookie or trusts one, so none is checked against CSRF: what a POST may do
follows from the token in its address (or, for the two open forms, from nothing at all), and a
foreign page that could send it would have to know that. The check would only fail those who block
cookies, and the sign-up form on other sites, which browsers send none for.
"""
