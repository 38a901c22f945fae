"""Rule 10 (S0 conclusion; S3, "test repeatedly"): somebody is named who sees after 30 and 90 days whether it holds."""

from server.closure.facts import Facts, Said, failed, later, passed


def looked_at_again(facts: Facts) -> Said:
    """A person who works there is named for the checks after it is closed."""
    if facts.proposal is None:
        return later("Who sees later whether it holds is named when closing is proposed.")
    if not facts.proposal.checker:
        return failed("Nobody is named who sees after it is closed whether it holds.")
    if not facts.proposal.checker_here:
        return failed("Whoever is named to see later whether it holds does not work here.")
    return passed("Somebody is named who sees after it is closed whether it holds.")
