"""Demo data: an invented list of readers, in our own words about the taskforce, so that there is something to look at.

Nobody in it is real. Every address is under a domain that RFC 2606 reserves, so that none can ever
be written to.
"""
