"""Kinds of evidence side by side: what each says, whether they agree, and what is still not there (domain/3 1.9)."""
