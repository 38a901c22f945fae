"""`python -m observation_forms check FILE` tries a form; `... publish` writes down each new version's digest."""

import sys
from pathlib import Path

from .errors import FormError
from .proof import faults_of
from .publishing import publish
from .shelf import LIBRARY, read_form_at

HOW = "Write: python -m observation_forms check FILE, or: python -m observation_forms publish"


def main(arguments: list[str]) -> int:
    """0 when sound or published; 1, with what is wrong, when a form is faulty or the word is not known."""
    try:
        match arguments:
            case ["publish"]:
                return _publish()
            case ["check", *files] if files:
                return max(_check(Path(file)) for file in files)
    except FormError as error:
        print(error, file=sys.stderr)
        return 1
    print(HOW, file=sys.stderr)
    return 1


def _publish() -> int:
    for form in publish(LIBRARY):
        print(f"Published {form.definition.form} version {form.definition.version}: {form.hash}")
    return 0


def _check(file: Path) -> int:
    form = read_form_at(file, LIBRARY)
    faults = faults_of(form)
    for fault in faults:
        print(f"{file}: {fault}", file=sys.stderr)
    if not faults:
        print(f"{file} is sound: {len(form.examples)} examples, hash {form.hash}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
