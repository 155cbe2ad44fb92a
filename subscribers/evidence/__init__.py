"""The evidence of consent: signed when it is written, sealed by the clock, and shown on request."""
