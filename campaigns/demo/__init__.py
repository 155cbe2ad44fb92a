"""Demo data: invented subscribers, events and campaigns of a taskforce.

Nobody in them is real. Every address is under a domain that RFC 2606 reserves, so that no email can
ever reach one.
"""
