"""Whether the kinds of evidence agree, in one plain sentence (domain/3 1.9.4). Pure."""

from collections.abc import Iterable, Sequence

from server.triangulation.standing import Standing, weighed

# As the subject of a sentence, and whether there are many of it
SUBJECTS = {
    "record": ("records", True),
    "audit": ("audits", True),
    "observation": ("observations", True),
    "feedback": ("feedback", False),
    "oversight": ("oversight", False),
    "staffing": ("staffing", False),
}


def contradiction(stands: Iterable[Standing]) -> bool:
    """Whether most of one kind supports it while most of another contradicts it (domain/3 1.9.4)."""
    said = {one.says for one in weighed(stands)}
    return {"supports", "contradicts"} <= said


def agreement_words(stands: Iterable[Standing]) -> str:
    """ "Audits and records support it; feedback contradicts it. They do not agree." """
    by = weighed(stands)
    parts = [
        said
        for says, verb in (
            ("supports", "support"),
            ("contradicts", "contradict"),
            ("divided", "are divided on"),
            ("inconclusive", "are inconclusive on"),
        )
        if (said := _said([one.code for one in by if one.says == says], verb))
    ]
    if not parts:
        return "Nothing to compare yet."
    words = "; ".join(parts)
    ending = _ending(by)
    return f"{words[:1].upper()}{words[1:]}.{ending}"


def joined(words: Sequence[str], by: str = "and") -> str:
    """ "audits", "audits and records", "audits, feedback and records" """
    return f"{', '.join(words[:-1])} {by} {words[-1]}" if len(words) > 1 else "".join(words)


def _ending(by: list[Standing]) -> str:
    telling = [one.says for one in by if one.says in ("supports", "contradicts")]
    if contradiction(by):
        return " They do not agree."
    if len(telling) > 1:
        return " They agree."
    return " One kind alone tells little." if len(telling) == 1 else ""


def _said(codes: list[str], verb: str) -> str:
    if not codes:
        return ""
    subjects = [SUBJECTS.get(code, (code, True)) for code in codes]
    many = len(subjects) > 1 or subjects[0][1]
    return f"{joined([name for name, _ in subjects])} {verb if many else _one(verb)} it"


def _one(verb: str) -> str:
    return verb.replace("are ", "is ") if verb.startswith("are ") else f"{verb}s"
