"""Logs over what the desk keeps beside records."""

from server.named_logs.named_log import Column, NamedLog

OF_THE_DESK: tuple[NamedLog, ...] = (
    NamedLog(
        code="template-changes",
        name="Quality assurance procedure file (approved template change)",
        records=((22, "S1E2.2"),),
        purpose="Every version of every form: since when it is offered here, what changed with it and why, who "
        "approved that, and its fingerprint.",
        written_by="Registered manager or quality lead, when a template changes",
        columns=(
            Column("Form"),
            Column("Version"),
            Column("Standing"),
            Column("What changed"),
            Column("Why"),
            Column("Approved by"),
            Column("Fingerprint (SHA-256)"),
        ),
        how="templates",
    ),
    NamedLog(
        code="family-contact-procedure",
        name="Family contact and escalation procedure",
        records=((27, "S1E3.2"),),
        purpose="How soon a family is told, by what happened, and how soon a senior, by how urgent it is: in force "
        "now, to come, and before.",
        written_by="Deputy and registered manager, in the dated settings",
        columns=(
            Column("Who is told"),
            Column("After"),
            Column("Told within"),
            Column("Set by"),
            Column("Why"),
            Column("Standing"),
        ),
        how="timescales",
    ),
)
