"""`python -m observation_forms publish` writes down the digest of every new form version."""

import sys

from .catalogue import LIBRARY, publish
from .errors import FormError


def main(arguments: list[str]) -> int:
    """0 when published; 1, with one sentence, when a form is faulty or the word is not known."""
    if arguments != ["publish"]:
        print("Write: python -m observation_forms publish", file=sys.stderr)
        return 1
    try:
        forms = publish(LIBRARY)
    except FormError as error:
        print(error, file=sys.stderr)
        return 1
    for form in forms:
        print(f"Published {form.definition.form} version {form.definition.version}: {form.hash}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
