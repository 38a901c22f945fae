"""Closing an action: ten rules, three people, and a decision that is kept (domain/2 D2, domain/3 1.9)."""
