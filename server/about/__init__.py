"""The pages under /about: how personal data is handled, what can go wrong, what guards against it. See README."""
