"""The figures as Prometheus reads them (text, exposition format 0.0.4). No names, and no words of anybody."""

import time
from collections.abc import Iterable, Mapping
from datetime import datetime

from server.evidence.times import read_instant
from server.operations.backing_up import last_backup
from server.operations.figures import Kept, TabletFigures, size_of
from server.rooms import Rooms
from sync import HELD_REASONS, RECEIPT_STATUSES
from sync.writer import Histogram

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Text:
    """Lines of the format."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def value(self, name: str, help: str, value: float, kind: str = "gauge") -> None:
        """One value without labels."""
        self.values(name, help, [({}, value)], kind)

    def values(
        self, name: str, help: str, values: Iterable[tuple[Mapping[str, str], float]], kind: str = "gauge"
    ) -> None:
        """One family."""
        self._head(name, help, kind)
        self.lines += [f"{name}{_labels(labels)} {_number(value)}" for labels, value in values]

    def histogram(self, name: str, help: str, values: Histogram) -> None:
        """A histogram that was counted cumulatively."""
        self._head(name, help, "histogram")
        bounds = [*map(_number, values.bounds), "+Inf"]
        for bound, count in zip(bounds, [*values.counts, values.count], strict=True):
            self.lines.append(f'{name}_bucket{{le="{bound}"}} {count}')
        self.lines += [f"{name}_sum {_number(values.sum)}", f"{name}_count {values.count}"]

    def _head(self, name: str, help: str, kind: str) -> None:
        self.lines += [f"# HELP {name} {help}", f"# TYPE {name} {kind}"]


def write_metrics(rooms: Rooms, kept: Kept | None, ready: int, build: str, now: datetime) -> str:
    """All of it. `kept` None: the database could not be read, and what it would say is left out."""
    text, figures, writer = Text(), rooms.figures, rooms.database.figures
    text.value("sightline_up", "The server answers.", 1)
    text.value("sightline_ready", "1 when a record that came now would be kept.", ready)
    text.values("sightline_build_info", "The build of the tablets' app.", [({"build": build}, 1)])
    text.value("sightline_start_time_seconds", "When the process started, since 1970.", figures.started)
    text.values(
        "sightline_receipts_total",
        "Receipts given since the start, by status.",
        [({"status": status}, figures.receipts[status]) for status in RECEIPT_STATUSES],
        "counter",
    )
    text.values(
        "sightline_requests_total",
        "Requests answered since the start, by class of status; 0xx: cut off.",
        [({"status": status}, count) for status, count in sorted(figures.answers.items())],
        "counter",
    )
    text.value("sightline_writer_waiting", "Jobs that wait for the writer.", rooms.database.waiting)
    text.value("sightline_writer_jobs_total", "Jobs the writer ran.", writer.jobs, "counter")
    text.value("sightline_writer_failed_total", "Jobs that failed and were undone.", writer.failed, "counter")
    text.histogram("sightline_commit_seconds", "How long a transaction took, with its flush.", writer.commits)
    text.histogram("sightline_commit_jobs", "How many jobs shared a transaction.", writer.batches)
    text.value("sightline_live_streams", "Live pages that are open.", rooms.streams.total)
    _files(text, rooms)
    _copies(text, rooms, now)
    if kept is not None:
        _kept(text, kept)
    return "\n".join(text.lines) + "\n"


def _files(text: Text, rooms: Rooms) -> None:
    path = rooms.database.path
    text.value("sightline_database_bytes", "Size of the database file.", size_of(path))
    wal = size_of(path.with_name(f"{path.name}-wal"))
    text.value("sightline_write_ahead_log_bytes", "Size of SQLite's write-ahead log.", wal)


def _copies(text: Text, rooms: Rooms, now: datetime) -> None:
    backup = last_backup(rooms.settings.database)
    if backup is not None:
        age = max(0.0, (now - read_instant(backup.at)).total_seconds())
        text.value("sightline_backup_age_seconds", "Age of the last good backup.", age)
    copying = rooms.copying
    if copying is not None:
        text.value("sightline_copy_running", "1 when Litestream runs.", int(copying.state.running))
        text.value(
            "sightline_copy_restarts_total",
            "How often it was started again.",
            copying.state.restarts,
            "counter",
        )
        behind = time.time() - copying.state.synced if copying.state.synced else -1.0
        text.value(
            "sightline_copy_age_seconds", "Since the copy was last known to be whole; -1: never.", behind
        )


def _kept(text: Text, kept: Kept) -> None:
    text.value("sightline_entries", "Entries of the ledger.", kept.entries)
    text.value("sightline_log_lines", "Lines of the log.", kept.lines)
    text.values(
        "sightline_held",
        "Records held for a person, by reason.",
        [({"reason": reason}, kept.held.get(reason, 0)) for reason in HELD_REASONS],
    )
    text.value("sightline_conflicts", "Bodies kept aside because their id was taken.", kept.conflicts)
    for name, help, read in _BY_TABLET:
        values = [({"tablet": one.tablet, "service": one.service}, read(one)) for one in kept.tablets]
        text.values(name, help, values)


def _waiting(tablet: TabletFigures) -> float:
    return tablet.waiting


def _oldest(tablet: TabletFigures) -> float:
    return tablet.oldest_seconds


def _heard(tablet: TabletFigures) -> float:
    return tablet.heard_seconds


def _missing(tablet: TabletFigures) -> float:
    return tablet.missing


def _parked(tablet: TabletFigures) -> float:
    return tablet.parked


def _lost(tablet: TabletFigures) -> float:
    return tablet.lost_stores


_BY_TABLET = (
    ("sightline_tablet_waiting", "Records that wait on the tablet, as it last said.", _waiting),
    ("sightline_tablet_oldest_seconds", "Age of the oldest that waits, as it last said; 0: none.", _oldest),
    ("sightline_tablet_heard_seconds", "Since the tablet was last heard of; -1: never.", _heard),
    ("sightline_tablet_missing", "Numbers that never came although a later one did.", _missing),
    ("sightline_tablet_parked", "Records that it keeps because the server would not take them.", _parked),
    ("sightline_tablet_lost_stores", "Times it lost its store, not yet looked into by a person.", _lost),
)


def _labels(labels: Mapping[str, str]) -> str:
    if not labels:
        return ""
    return "{" + ",".join(f'{name}="{_escape(value)}"' for name, value in labels.items()) + "}"


def _escape(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _number(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else repr(float(value))
