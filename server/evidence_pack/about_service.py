"""The sections of a pack that are about the service: early warnings, what had not been received, how it was made."""

from collections import Counter

from server.dated_settings.known import known_settings
from server.dated_settings.store import history
from server.evidence.times import day_words, moment_words, write_instant
from server.evidence_pack.blocks import Block, Table, Words
from server.evidence_pack.moment import Moment
from server.fleet.fleet import FleetTablet
from server.signals.listing import STATES
from server.signals.shown_words import about_words, where_words
from server.signals.signs import SIGNS
from server.signals.store import ANSWERS


def signals(moment: Moment) -> list[Block]:
    """Early warnings that showed in the period, and what was answered (domain/3 1.7)."""
    rows = []
    for line in moment.signals:
        signal, answer = line.signal, line.answer
        rows.append(
            (
                f"{signal.code} {SIGNS[signal.code].name}",
                moment_words(write_instant(signal.fired_at)),
                where_words(signal, moment.names),
                about_words(signal, moment.names, moment.catalogue),
                signal.says,
                STATES[line.state],
                f"{ANSWERS[answer.answer]}. {answer.reason}".strip() if answer else "–",
                f"{moment.names.one_of_staff(answer.who)}, {moment_words(answer.at)}" if answer else "–",
            )
        )
    columns = ("Sign", "Showed", "Where", "About", "What it says", "State", "Answer", "By, when")
    told = Counter(line.state for line in moment.signals)
    said = "; ".join(f"{words.lower()}: {told[state]}" for state, words in STATES.items())
    waits = [(f"{code} {SIGNS[code].name}", words) for code, words in moment.waiting_signs.items()]
    return [
        Words(f"{len(moment.signals)} showed in the period. {said[:1].upper()}{said[1:]}."),
        Table("early-warnings", "Early warnings and their answers", columns, rows),
        Table(
            "signs-that-wait",
            "Signs that cannot be told yet, and for what they wait",
            ("Sign", "Waits for"),
            waits,
        ),
    ]


def not_received(moment: Moment) -> list[Block]:
    """domain/3 1.10: anything not yet received is listed, tablet by tablet."""
    rows = [
        (
            f"Captured on tablet {tablet.name}, not received",
            moment.service(tablet.service),
            f"{count:,}",
            what,
            moment_words(tablet.heard_at) if tablet.heard_at else "Never",
        )
        for tablet in moment.tablets
        for count, what in missing_on(tablet)
    ]
    columns = ("Tablet", "Service", "Records", "What is known of them", "Tablet last heard")
    after = Words(
        "A tablet numbers its records, and says with all it sends how many still wait on it: so it can be told what is "
        "missing, but not what is in it. What nobody sealed, or what a tablet never spoke of, cannot be known here."
    )
    quiet = [
        f"{tablet.name} ({moment.service(tablet.service)})"
        for tablet in moment.tablets
        if not missing_on(tablet)
    ]
    well = Words(f"Nothing outstanding, by their own word: {', '.join(quiet) or 'no tablet'}.")
    return [
        Table("not-received", "Captured, and not received when this pack was made", columns, rows),
        well,
        after,
    ]


def missing_on(tablet: FleetTablet) -> list[tuple[int, str]]:
    """How many records, and what is known of them."""
    found = []
    if tablet.waiting:
        since = f" since {moment_words(tablet.oldest)}" if tablet.oldest else ""
        found.append((tablet.waiting, f"Wait on it to be sent{since}"))
    for gap in tablet.gaps:
        found.append((gap.last - gap.first + 1, f"Numbers {gap.words} never came, though later ones did"))
    if tablet.unaccounted and not tablet.gaps:
        found.append((tablet.unaccounted, "It gave them a number; they neither came nor wait on it"))
    if tablet.parked:
        found.append((len(tablet.parked), "Held back on it: the server would not take them"))
    for loss in tablet.losses:
        if loss.missing:
            found.append((loss.missing, f"Expected when its store was lost, {moment_words(loss.at)}"))
    return found


def how_made(moment: Moment) -> list[Block]:
    """From which form versions and settings (domain/3 1.10); of whom and when stands on the first page."""
    chosen = moment.chosen
    versions = Counter((f"{row.code} {row.title}", row.form, row.form_version) for row in moment.records)
    hashes = {(one.definition.form, one.definition.version): one.hash for one in moment.catalogue.forms()}
    forms = [
        (title, str(version), hashes.get((form, version), "Not kept here"), f"{count:,}")
        for (title, form, version), count in sorted(versions.items())
    ]
    return [
        Words(
            f"Period: {day_words(chosen.since)} to {day_words(chosen.until)}, both included, by when things happened "
            "in London. Figures of actions are counted as on their pages, in the windows of their targets, as of "
            f"{moment_words(write_instant(moment.as_of))}; states and texts stand as they did when the pack was made."
        ),
        Table(
            "form-versions",
            "Form versions that the records were made with",
            ("Form", "Version", "Hash", "Records"),
            forms,
        ),
        _settings(moment),
    ]


def _settings(moment: Moment) -> Table:
    """What was set for these services: what was in force when the period began, and every change until its end."""
    until = write_instant(moment.as_of)
    since = moment.scope.parts[0].since
    known = known_settings(moment.catalogue)
    rows, older = [], set()
    for one in history(moment.connection, moment.chosen.services):
        place = (one.service, one.name)
        if one.from_at >= until or place in older:
            continue
        if one.from_at < since:
            older.add(place)
        label = known[one.name].label if one.name in known else one.name
        who = moment.names.one_of_staff(one.who)
        rows.append((label, moment.service(one.service), one.value, moment_words(one.from_at), who, one.why))
    columns = ("Setting", "Service", "Value", "In force from", "Set by", "Why")
    return Table("settings", "Settings that were set; all others had their defaults", columns, rows)
