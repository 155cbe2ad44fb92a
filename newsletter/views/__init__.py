"""Pages of the newsletter app: the development inbox, and the door for providers."""
