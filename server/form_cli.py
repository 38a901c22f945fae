"""`sightline form ...`: what an author of forms does at the command line. Thin over observation_forms."""

from datetime import UTC, datetime
from pathlib import Path

import click

from observation_forms import Form
from observation_forms.proof import faults_of
from observation_forms.publishing import begin, publish, publish_file, retire
from observation_forms.shelf import LIBRARY, read_form_at

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
library_option = click.option(
    "--library",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    default=LIBRARY,
    help="Another folder of forms.",
)


@click.command("check")
@click.argument("files", metavar="FILE...", type=_FILE, nargs=-1, required=True)
@library_option
def form_check(files: tuple[Path, ...], library: Path) -> None:
    """Try form FILEs by their own examples, wherever they lie."""
    unsound = 0
    for file in files:
        form = read_form_at(file, library)
        faults = faults_of(form)
        unsound += bool(faults)
        for fault in faults:
            click.echo(f"{file}: {fault}")
        if not faults:
            click.echo(f"{file} is sound: {len(form.examples)} examples.")
    if unsound:
        raise click.exceptions.Exit(1)


@click.command("new")
@click.argument("form_id", metavar="ID")
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    help="Where to put it; here, unless given.",
)
@library_option
def form_new(form_id: str, folder: Path, library: Path) -> None:
    """Begin the file of a new form, or of the next version of the form ID."""
    file = begin(form_id, folder, library)
    click.echo(f"Began {file}. Write the form, then try it with: sightline form check {file}")


@click.command("publish")
@click.argument("files", metavar="[FILE...]", type=_FILE, nargs=-1)
@library_option
def form_publish(files: tuple[Path, ...], library: Path) -> None:
    """Publish FILEs, or whatever lies new in the library. From then on it never changes."""
    published = [form for file in files for form in publish_file(file, library)]
    published += publish(library)
    for form in published:
        click.echo(f"Published {_named(form)}: {form.hash}")
    if published:
        click.echo("Tablets offer it from their next contact after the server was started again.")
    else:
        click.echo("There is nothing new to publish.")


@click.command("retire")
@click.argument("form_id", metavar="ID")
@library_option
def form_retire(form_id: str, library: Path) -> None:
    """Offer the form ID no more. Its records and open drafts live on."""
    day = f"{datetime.now(UTC):%Y-%m-%d}"
    retire(form_id, day, library)
    click.echo(f"Retired {form_id} from {day}. Its versions stay: records are judged by them for ever.")


COMMANDS = (form_check, form_new, form_publish, form_retire)


def _named(form: Form) -> str:
    return f"{form.definition.form} version {form.definition.version}"
