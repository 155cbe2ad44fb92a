"""Numbers month by month: growth, the health of what is sent, and answers to events."""
