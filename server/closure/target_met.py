"""Rule 2 (S1E1 and the other examples): each target is met on exact counts, for the whole window, on enough of them."""

from server.closure.facts import Facts, HeldTarget, Said, failed, passed
from server.evidence.times import day_words


def target_met(facts: Facts) -> Said:
    """Every window has ended, and every exact count of a whole window meets its target with enough behind it."""
    wrong = [words for target in facts.targets if (words := _wrong(target, facts))]
    records = tuple(sorted({record for target in facts.targets for record in target.records}))
    if wrong or not facts.targets:
        return failed(" ".join(wrong) or "No target can be worked out.", records)
    return passed(
        " ".join(f"{target.what}: {target.figure.count}, met." for target in facts.targets if target.figure),
        records,
    )


def _wrong(target: HeldTarget, facts: Facts) -> str:
    figure = target.figure
    if figure is None:
        return f"{target.what}: a person counts this one, so no record shows that it was met."
    if target.ends >= facts.today:
        return f"{target.what}: its window runs until {day_words(target.ends)}."
    if figure.state == "nothing":
        return f"{target.what}: nothing was counted."
    if figure.state == "apart":
        return f"{target.what}: the target cannot be held against what is counted."
    if figure.state == "few":
        return f"{target.what}: {figure.count} is too little to tell, at least {figure.minimum} are needed."
    if figure.state == "unmet":
        return f"{target.what}: {figure.count}, and the target is {_small(figure.target)}."
    return ""


def _small(words: str) -> str:
    return words[:1].lower() + words[1:]
