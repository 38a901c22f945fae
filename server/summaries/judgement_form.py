"""Reading what somebody writes about a month: enough to say something, and no more than a page can hold."""

SHORTEST, LONGEST = 40, 4_000


def read_judgement(typed: str) -> tuple[str, str]:
    """The words as they are kept, and what to put right ("" = nothing)."""
    words = "\n".join(line.strip() for line in typed.strip().splitlines())
    if not words.replace("\n", " ").isprintable():
        return words, "Take out the signs that cannot be printed."
    if len(words) < SHORTEST:
        return words, f"Write what you make of it, in {SHORTEST} letters or more: what is strong, weak, next."
    if len(words) > LONGEST:
        return words, f"Write at most {LONGEST:,} letters."
    return words, ""
