"""What `sightline doctor` worries about, for those who look after the server: by its names, without a path or a fault,
since a mail may say it too.
"""

from server.notices.notice import SOON, TODAY, Ground, Notice, counted
from server.operations import check_copies, check_data, check_machine, check_mail
from server.operations.checks import Ground as Checked
from server.operations.checks import Look, Verdict, run

# Cheap enough for a page; the whole is the doctor's
LOOKS: dict[str, Look] = {
    "disk": check_machine.look_at_disk,
    "clock": check_machine.look_at_clock,
    "certificate": check_machine.look_at_certificate,
    "history": check_data.look_at_history,
    "backups": check_copies.look_at_backups,
    "copy": check_copies.look_at_copy,
    "mail": check_mail.look_at_mail,
}


def server_today(ground: Ground) -> list[Notice]:
    """Two lines at most: what must be put right, and what to know of."""
    checks = run(LOOKS, Checked(ground.settings, ground.now, whole=False))
    found = []
    for verdict, urgency in ((Verdict.BAD, TODAY), (Verdict.WATCH, SOON)):
        names = sorted({check.name for check in checks if check.verdict is verdict})
        if names:
            what = counted(len(names), "thing", "things")
            found.append(
                Notice(
                    code=f"server_{verdict.value}",
                    says=f"The server’s own check names {what} to see to: {', '.join(names)} (sightline doctor)",
                    count=len(names),
                    urgency=urgency,
                )
            )
    return found
