"""The named logs, in the order of domain/2 1.3. A log of the desk comes in by one more entry here."""

from collections.abc import Mapping

from server.named_logs.named_log import NamedLog
from server.named_logs.of_practice import OF_PRACTICE
from server.named_logs.of_samples import OF_SAMPLES
from server.named_logs.of_shifts import OF_SHIFTS
from server.named_logs.of_the_desk import OF_THE_DESK

LOGS: tuple[NamedLog, ...] = tuple(
    sorted((*OF_SHIFTS, *OF_PRACTICE, *OF_SAMPLES, *OF_THE_DESK), key=lambda log: log.records[0][0])
)
BY_CODE: Mapping[str, NamedLog] = {log.code: log for log in LOGS}
