"""Rule 9 (S0E3.2 to .4): one recommends, another samples, a third signs; nobody closes what they alone evidenced."""

from server.closure.facts import Drawn, Facts, Said, Sample, Signer, failed, later, passed


def hands_apart(facts: Facts) -> Said:
    """Proposer, sampler and signer are three people; neither the first nor the last is the only author of the evidence;
    the sample agrees and is of what still stands; a high risk is signed by who may.
    """
    proposal, sample, signer = facts.proposal, facts.sample, facts.signer
    if proposal is None:
        return later("Who recommends it, who samples and who signs is known when they have.")
    if facts.authors == {proposal.who}:
        return failed("Whoever proposes closing it is the only author of its evidence.")
    if sample is None:
        return later("Nobody has drawn the sample yet.")
    if fault := _fault_of_sample(facts, proposal.who, sample):
        return failed(fault, tuple(sorted((one.record, one.version) for one in sample.drawn)))
    if not sample.looked_at:
        return later("The sample is drawn, and not looked at yet.")
    if signer is None:
        return later("Nobody has signed yet.")
    if fault := _fault_of_signer(facts, proposal.who, sample.who, signer):
        return failed(fault)
    return passed(
        "One recommended it, another sampled, a third signs; the sample agrees.",
        tuple(sorted((one.record, one.version) for one in sample.drawn)),
    )


def _fault_of_sample(facts: Facts, proposer: str, sample: Sample) -> str:
    if sample.who == proposer:
        return "Whoever proposes closing it may not draw the sample."
    if not sample.drawn:
        return "The sample is empty: there was nothing to draw from."
    stands = {one.behind for one in facts.since}
    if any((one.record, one.version) not in stands for one in sample.drawn):
        return "A record of the sample was corrected, taken back or set aside since it was drawn."
    apart = _apart(sample.drawn)
    if apart:
        return f"In {apart} of {len(sample.drawn)} of the sample, tracker, record and audit do not agree."
    return ""


def _fault_of_signer(facts: Facts, proposer: str, sampler: str, signer: Signer) -> str:
    if signer.who in (proposer, sampler):
        return "Whoever proposed it or drew the sample may not sign as well."
    if facts.authors == {signer.who}:
        return "Whoever signs is the only author of its evidence."
    if facts.fields.risk == "high" and not signer.may_sign_high:
        return "A high risk is signed by the nominated individual, or by the deputy named for it."
    if not (signer.may_sign or signer.may_sign_high):
        return "This role does not sign closures."
    return ""


def _apart(drawn: tuple[Drawn, ...]) -> int:
    return sum(one.agrees is False for one in drawn)
