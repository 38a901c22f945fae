"""Logs over what the desk keeps beside records today, and the names that have a page of their own already."""

import msgspec

from server.named_logs.named_log import Column, NamedLog

OF_THE_DESK: tuple[NamedLog, ...] = (
    NamedLog(
        code="template-changes",
        name="Quality assurance procedure file (approved template change)",
        records=((22, "S1E2.2"),),
        purpose="Every version of every form: since when it is offered here, and its fingerprint.",
        written_by="Registered manager, when a template changes",
        columns=(Column("Form"), Column("Version"), Column("Standing"), Column("Fingerprint (SHA-256)")),
        how="templates",
    ),
    NamedLog(
        code="family-contact-procedure",
        name="Family contact and escalation procedure",
        records=((27, "S1E3.2"),),
        purpose="How soon a family is told, by what happened: in force now and before.",
        written_by="Deputy and registered manager, in the dated settings",
        columns=(Column("After"), Column("Told within"), Column("Set by"), Column("Why")),
        how="timescales",
    ),
)


class Elsewhere(msgspec.Struct, frozen=True):
    """A record of domain/2 that has a page of its own: its number and place in the sources, its name, where it is."""

    number: int
    source: str
    name: str
    address: str


ELSEWHERE: tuple[Elsewhere, ...] = (
    Elsewhere(4, "S0E1.4", "Safeguarding action tracker", "/actions?theme=SG"),
    Elsewhere(16, "S1E1.1", "Clinical risk improvement tracker", "/actions?theme=DE"),
    Elsewhere(21, "S1E2.1", "Audit improvement action log", "/actions"),
    Elsewhere(44, "S2E3.4", "Live recovery action tracker", "/actions"),
    Elsewhere(48, "S3E1.3", "Documentation recovery plan", "/actions?theme=RE"),
    Elsewhere(54, "S3E2.4", "Post-incident improvement plan", "/actions?theme=IL"),
    Elsewhere(58, "S3E3.3", "Service response plan", "/actions?theme=CO"),
    Elsewhere(72, "S4E3.2", "Service improvement tracker", "/actions"),
    Elsewhere(74, "S4E3.4", "Action tracker (deadlines, leads, overdue list)", "/actions?overdue=yes"),
)
