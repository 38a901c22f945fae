"""The forms as the desk shows them: every version, since when, which tablets have it, how it looks, on paper."""
