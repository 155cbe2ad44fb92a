"""Public pages: thin entry points to the actions.

None of them sets a cookie or trusts one, so none is checked against CSRF. What a POST may do
follows from the token in its URL (or, for the two open forms, from nothing at all), and a foreign
page that could send it would have to know that token. The check would only fail those who block
cookies, and the sign-up form on other sites, to which browsers send no cookies.
"""
