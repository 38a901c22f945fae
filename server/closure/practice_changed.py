"""Rule 5 (S4, "across teams, shifts and locations"): somebody saw practice itself, and in more than one place."""

from server.closure.facts import Facts, Said, behind, failed, passed
from server.triangulation.places import LIVE, in_one_place


def practice_changed(facts: Facts) -> Said:
    """An observation or a record of live practice from after the change supports it; of an action about several units,
    from two units or two shifts at least.
    """
    seen = [one for one in facts.since if one.kind in LIVE and one.bearing == "supports"]
    if not seen:
        return failed(
            "No observation and no record of live practice from after the change supports it.",
            behind([one for one in facts.since if one.kind in LIVE]),
        )
    units = {one.unit for one in seen if one.unit}
    shifts = {one.shift for one in seen if one.shift}
    if in_one_place(facts.units, units, shifts):
        return failed(
            "It is about several units, and practice was seen in one unit on one shift alone.", behind(seen)
        )
    where = f" in {len(units)} units" if len(units) > 1 else ""
    when = f" on {len(shifts)} shifts" if len(shifts) > 1 else ""
    return passed(f"Practice was seen after the change{where}{when}.", behind(seen))
