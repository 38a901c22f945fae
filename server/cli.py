"""The `sightline` command. Every failure a person can cause or mend is one sentence and exit code 2, never a
traceback.
"""

import asyncio
import errno
import os
import sys
from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from observation_forms import FormError, load_catalogue
from server import (
    commands,
    demo,
    example,
    form_cli,
    log_cli,
    operations_cli,
    pack_cli,
    retention_cli,
    subject_cli,
)
from server.identity.organisation import SERVICE_KINDS, OrganisationError
from server.identity.permissions import Role
from server.log.proving import ProofError
from server.log.verifying import CheckpointError
from server.operations.start_check import StartError
from server.recovery import CopyFault, outcome_words
from server.serve import ServeError, serve
from server.server_keys import KeysError
from server.settings import SETTINGS, Settings, SettingsError, read_settings
from sync import DatabaseError, RebuildError
from sync.backup import BackupError

Command = TypeVar("Command", bound=Callable[..., None])
CANNOT = 2
REBUILD_SAYS_EVERY = 10_000
EXPLAINED = (
    SettingsError,
    DatabaseError,
    FormError,
    OrganisationError,
    KeysError,
    RebuildError,
    CheckpointError,
    ProofError,
    CopyFault,
    ServeError,
    BackupError,
    StartError,
    example.ExampleError,
    pack_cli.PackError,
)


class CannotError(click.ClickException):
    """One sentence on the error stream, and exit code 2."""

    exit_code = CANNOT


class Explained(click.Group):
    """A group whose commands fail in one sentence."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; turn the failures we know into their sentence."""
        try:
            return super().invoke(ctx)
        except EXPLAINED as error:
            raise CannotError(str(error)) from None
        except OSError as error:
            raise CannotError(explain_os_error(error)) from None


def explain_os_error(error: OSError) -> str:
    """A failure of the machine, with what to do."""
    where = error.filename or "the disk"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"The disk holding {where} is full: free some space, then try again."
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"This user may not write to {where}: choose another folder, or give the right to write to it."
    return f"{where} cannot be used ({error.strerror}): check the path, then try again."


def with_settings(*names: str) -> Callable[[Command], Command]:
    """Give a command an option for each named setting (none = all), and hand it the settings they make."""

    def decorate(command: Command) -> Command:
        @wraps(command)
        def run(**options: Any) -> None:
            chosen = {name: options.pop(name) for name in list(options) if name in offered}
            command(
                settings=read_settings(chosen={k: v for k, v in chosen.items() if v is not None}), **options
            )

        offered = {
            setting.name: setting
            for setting in SETTINGS
            if not setting.secret and (not names or setting.name in names)
        }
        wrapped: Any = run
        for setting in reversed(list(offered.values())):
            flag = "--" + setting.name.replace("_", "-")
            default = f" Default: {setting.default}." if setting.default else ""
            wrapped = click.option(flag, setting.name, default=None, help=f"{setting.help}{default}")(wrapped)
        return wrapped  # type: ignore[no-any-return]

    return decorate


@click.group(cls=Explained, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Sightline: what staff see on the floor, as evidence for improvement."""


@main.command("demo")
@with_settings()
def demo_command(settings: Settings) -> None:
    """Set up the example service if it is not there yet, print who to be, and serve."""
    settings = demo.demo_settings(settings)
    code = asyncio.run(demo.prepare(settings))
    serve(settings, lambda: click.echo(demo.where_to_go(settings, code)))


@main.command("serve")
@with_settings()
def serve_command(settings: Settings) -> None:
    """Serve, on the database that `sightline init` made, after bringing its tables up to date."""
    commands.bring_up_to_date(settings.database)
    serve(settings, lambda: click.echo(f"Sightline is at {settings.origin}. Stop it with Ctrl+C."))


@main.command("init")
@click.option("--provider", prompt="Name of the provider", help="The organisation.")
@click.option("--service", prompt="Name of the service", help="The first service.")
@click.option("--kind", prompt="Kind of service", type=click.Choice(SERVICE_KINDS), help="What kind it is.")
@click.option("--unit", prompt="Name of its first unit", help="A floor, a house or a round.")
@click.option("--name", prompt="Your name", help="The registered manager's name.")
@click.option("--email", prompt="Your email", help="What the registered manager signs in with.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@with_settings("database")
def init_command(settings: Settings, password_stdin: bool, **answers: str) -> None:
    """Create the database with a provider, its first service and its registered manager."""
    first = commands.FirstService(**answers)
    asyncio.run(commands.init(settings.database, first, ask_password(password_stdin)))
    click.echo(f"Made {settings.database}. Start the server with: sightline serve")


@main.command("rebuild")
@with_settings("database")
def rebuild_command(settings: Settings) -> None:
    """Derive everything about records again from the ledger."""

    def progress(done: int) -> None:
        if done % REBUILD_SAYS_EVERY == 0:
            click.echo(f"{done:,} entries", err=True)

    count = asyncio.run(commands.rebuild(settings.database, progress))
    click.echo(f"Derived everything again from {count} entries.")


@main.command("recover")
@click.argument("file", type=click.Path(path_type=Path))
@with_settings("database")
def recover_command(settings: Settings, file: Path) -> None:
    """Bring in what waits on a tablet from the copy it saved in FILE, while no server runs."""
    done = asyncio.run(commands.recover(settings, file.read_bytes()))
    for number, one in enumerate(done.outcomes, 1):
        named = f"{one.record} version {one.version}" if one.record else f"Row {number}"
        click.echo(f"{named}: {outcome_words(one)}")
    click.echo(f"In all: {done.counts}. Doing this again is harmless.")


@main.command("verify")
@click.option(
    "--checkpoint",
    type=click.Path(path_type=Path),
    default=None,
    help="A checkpoint that a tablet or anybody else kept, or a proof: the log must contain it.",
)
@with_settings("database")
def verify_command(settings: Settings, checkpoint: Path | None) -> None:
    """Check everything that is kept against the signed log. Exit code 1 when something is not as it was received."""
    say(*log_cli.verify_now(settings, checkpoint))


@main.command("proof")
@click.argument("record")
@click.option("--version", default=0, help="Which version. Left out, the newest that counts.")
@click.option(
    "--out", type=click.Path(path_type=Path), default=None, help="The file to write, else standard output."
)
@with_settings("database")
def proof_command(settings: Settings, record: str, version: int, out: Path | None) -> None:
    """Write a file that proves RECORD to anybody, as sync/README.md says how."""
    proof = log_cli.prove(settings, record, version)
    if out is None:
        sys.stdout.buffer.write(proof)
    else:
        out.write_bytes(proof)
        click.echo(f"Wrote {out}. How anybody checks it: sync/README.md, Proof of a record.")


@main.command("backup")
@click.argument("place", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Replace a file that is there already.")
@click.option(
    "--keep",
    type=click.IntRange(min=1),
    default=None,
    help="PLACE is a folder: name the file by date, and keep this many of them.",
)
@with_settings("database")
def backup_command(settings: Settings, place: Path, force: bool, keep: int | None) -> None:
    """Copy the database to PLACE, also while a server runs, and read it back. Exit code 1 when it is not sound."""
    say(*operations_cli.back_up(settings, place, force=force, keep=keep or 0))


@main.command("restore")
@click.argument("backup", type=click.Path(path_type=Path))
@click.option(
    "--look", is_flag=True, help="Only say what would be lacking. Changes nothing; a server may run."
)
@with_settings("database")
def restore_command(settings: Settings, backup: Path, look: bool) -> None:
    """Put a BACKUP file in the place of the database, while no server runs."""
    tell = operations_cli.look_at_backup if look else operations_cli.restore_backup
    say(tell(settings, backup), True)


@main.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option("--quick", is_flag=True, help="Leave out what takes long in a large database.")
@with_settings()
def doctor_command(settings: Settings, as_json: bool, quick: bool) -> None:
    """Look at everything that keeps records safe, and say what to do. Exit code 1 when something is bad."""
    say(*operations_cli.examine_all(settings, as_json=as_json, whole=not quick))


def say(lines: Iterable[str], well: bool) -> None:
    """Print the lines; exit code 1 unless all is well."""
    for line in lines:
        click.echo(line)
    if not well:
        sys.exit(1)


@main.group("retention", cls=Explained)
def retention_group() -> None:
    """See what has reached the end of its time to be kept, and destroy it."""


@retention_group.command("list")
@with_settings("database")
def retention_list(settings: Settings) -> None:
    """Count what has reached its end, by rule. Destroys nothing."""
    click.echo("\n".join(retention_cli.list_reached(settings.database)))


@retention_group.command("destroy")
@click.option("--rule", required=True, help="One rule: person, complaint, incident, staff or other.")
@click.option("--why", required=True, help="The reason. It stays in the log for ever; name nobody.")
@click.option("--email", required=True, help="Whose decision it is.")
@click.option("--password-stdin", is_flag=True, help="Read their password from standard input.")
@with_settings("database")
def retention_destroy(settings: Settings, rule: str, why: str, email: str, password_stdin: bool) -> None:
    """Destroy all that has reached its end under one rule. What a legal hold covers stays."""
    password = ask_own_password(password_stdin)
    click.echo("\n".join(retention_cli.destroy_under(settings.database, rule, why, email, password)))


@main.command("subject-access")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--kind", required=True, type=click.Choice(["person", "staff"]), help="Whom it is about.")
@click.option("--id", "id_", required=True, help="Their id.")
@click.option("--email", required=True, help="Who takes it out.")
@click.option("--password-stdin", is_flag=True, help="Read their password from standard input.")
@with_settings("database")
def subject_access_command(
    settings: Settings, file: Path, kind: str, id_: str, email: str, password_stdin: bool
) -> None:
    """Write everything about one person or member of staff into the ZIP FILE."""
    password = ask_own_password(password_stdin)
    papers = subject_cli.take_out(settings.database, kind, id_, email, password)
    with open(file, "xb", opener=lambda path, flags: os.open(path, flags, 0o600)) as out:
        out.write(papers)
    click.echo(f"Wrote {file}. Read CHECK-BEFORE-GIVING-OUT.txt in it first.")


@main.group("pack", cls=Explained)
def pack_group() -> None:
    """Make an evidence pack, or check one."""


@pack_group.command("make")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--service", "services", multiple=True, required=True, help="The id of a service. May be repeated."
)
@click.option("--since", required=True, help="The first day, such as 2026-09-01.")
@click.option("--until", default="", help="The last day. Left out, today.")
@click.option("--theme", "themes", multiple=True, help="A theme, such as SG. May be repeated; left out, all.")
@click.option("--framework", default="", help="An edition, such as qs/2023. Left out, the one in force.")
@click.option(
    "--why", required=True, help="What it is for and who gets it. It stands on the first page; name nobody."
)
@click.option("--email", required=True, help="Who makes it.")
@click.option("--password-stdin", is_flag=True, help="Read their password from standard input.")
@with_settings("database")
def pack_make(settings: Settings, file: Path, email: str, password_stdin: bool, **asked: Any) -> None:
    """Make an evidence pack and write it to FILE, while no server runs."""
    password = ask_own_password(password_stdin)
    made = pack_cli.make(settings, file, pack_cli.asked_for(**asked), email, password)
    click.echo(f"Wrote {file}: {made.records:,} records, SHA-256 {made.sha256}.")


@pack_group.command("verify")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--key", default="", help="The server's key, as the service says it.")
def pack_verify(file: Path, key: str) -> None:
    """Check an evidence pack, on any machine. Names each file that was changed, added or taken out: exit code 1."""
    say(*pack_cli.verify(file, key))


@main.command("sweep")
@with_settings("database")
def sweep_command(settings: Settings) -> None:
    """Write the database file anew, so that no remnant of what was destroyed is left in it."""
    size = retention_cli.sweep_now(settings.database)
    click.echo(f"Wrote {settings.database} anew: {size / 2**20:.1f} MB.")


@main.group("staff", cls=Explained)
def staff_group() -> None:
    """Add members of staff, set their passwords."""


@staff_group.command("add")
@click.option("--name", required=True, help="As colleagues know them.")
@click.option("--email", required=True, help="What they sign in with.")
@click.option(
    "--role", required=True, type=click.Choice([role.value for role in Role]), help="What they may do."
)
@click.option("--service", default="", help="The id of one service. Left out, the role is for all.")
@click.option(
    "--until", type=click.DateTime(["%Y-%m-%d"]), help="The day the role ends, for a visitor above all."
)
@with_settings("database")
def staff_add(
    settings: Settings, name: str, email: str, role: str, service: str, until: datetime | None
) -> None:
    """Add a member of staff with a role."""
    ends: date | None = until.date() if until else None
    person = commands.NewStaff(name, email, Role(role), service or None, ends)
    asyncio.run(commands.add_staff(settings.database, person))
    click.echo(f"Added {name}. Set a password with: sightline staff password --email {email}")


@staff_group.command("password")
@click.option("--email", required=True, help="Whose password to set.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@with_settings("database")
def staff_password(settings: Settings, email: str, password_stdin: bool) -> None:
    """Set a password. The person is signed out everywhere."""
    asyncio.run(commands.set_staff_password(settings.database, email, ask_password(password_stdin)))
    click.echo(f"Set a new password for {email}.")


@staff_group.command("leave")
@click.option("--email", required=True, help="Who leaves.")
@with_settings("database")
def staff_leave(settings: Settings, email: str) -> None:
    """End somebody's employment, for those above everyone at the desk. Others leave on the Staff page."""
    asyncio.run(commands.end_employment(settings.database, email))
    click.echo(f"{email} has left: signed out, PIN and keys ended. What they recorded stays.")


@staff_group.command("factor-off")
@click.option("--email", required=True, help="Whose second factor to turn off.")
@with_settings("database")
def staff_factor_off(settings: Settings, email: str) -> None:
    """Turn a second factor off, for someone whose phone and recovery codes are gone."""
    asyncio.run(commands.turn_factor_off(settings.database, email))
    click.echo(f"The second factor of {email} is off. Their password is enough until they turn it on again.")


@main.group("tablet", cls=Explained)
def tablet_group() -> None:
    """Enrol tablets."""


@tablet_group.command("code")
@click.option("--name", required=True, help="What the tablet will be called.")
@click.option("--unit", required=True, help="The id of the unit it is for.")
@with_settings("database", "enrolment_minutes")
def tablet_code(settings: Settings, name: str, unit: str) -> None:
    """Make a code that enrols one tablet. While the server runs, make it on the Tablets page instead."""
    code = asyncio.run(commands.make_tablet_code(settings.database, name, unit, settings.enrolment_minutes))
    click.echo(f"{code} enrols {name}, once, within {settings.enrolment_minutes} minutes.")


@main.group("form", cls=Explained)
def form_group() -> None:
    """Write forms: begin, check, publish and retire them."""


for form_command in form_cli.COMMANDS:
    form_group.add_command(form_command)


@main.command("forms")
@click.option(
    "--library", type=click.Path(path_type=Path), default=None, help="Another folder of forms to check."
)
def forms_command(library: Path | None) -> None:
    """List every form version with its hash, after checking them all."""
    catalogue = load_catalogue(library) if library else load_catalogue()
    for form in catalogue.forms():
        definition = form.definition
        click.echo(f"{form.hash}  {definition.code} version {definition.version}  {definition.title}")


def ask_own_password(from_stdin: bool) -> str:
    """The password of whoever gives the command, not shown as it is typed."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return str(click.prompt("Password", hide_input=True))


def ask_password(from_stdin: bool) -> str:
    """A password from standard input, or typed twice without being shown."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
