"""The papers as one ZIP file: to read (HTML), for a program (JSON), and what to look at before it is given out."""

import io
import json
import zipfile
from collections.abc import Sequence
from datetime import datetime

from jinja2 import Environment, PackageLoader, StrictUndefined

from server.evidence.times import moment_words
from server.identity.instants import at
from server.subject.gathering import Gathered
from server.subject.third_parties import STAFF, Subject

CHECK = "CHECK-BEFORE-GIVING-OUT.txt"
_FIRST = """\
Take this file out of the ZIP before you give the rest away.

These papers hold what Sightline keeps about {name}, as of {when}.
Other people are called “{staff}” or “another ...”. In free text, names that Sightline knows were replaced. It cannot
know nicknames, families, visitors, or who is meant by a description: read each text below with your own eyes.

Not in it:
 - what only the nominated individual may see (concerns about a manager): ask them;
 - what other services of the provider keep, unless you may see them;
 - records that were destroyed: their words are gone;
 - tablets: what was recorded and not sent yet, and open drafts;
 - your care records, letters and mail, which are not in Sightline.

Read by eye:
{list}
"""


def pack(subject: Subject, found: Gathered, to_read: Sequence[str], now: datetime) -> bytes:
    """The ZIP file."""
    when = moment_words(at(now))
    page = _environment().get_template("document.html").render(subject=subject, found=found, when=when)
    said = {"subject": {"kind": subject.kind, "name": subject.name}, "made_at": at(now), **found}
    listed = "\n".join(f" - {one}" for one in to_read) or " - There is no free text in it."
    check = _FIRST.format(name=subject.name, when=when, staff=STAFF, list=listed)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(CHECK, check)
        file.writestr("about-you.html", page)
        file.writestr("about-you.json", json.dumps(said, ensure_ascii=False, indent=1))
    return out.getvalue()


def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("server", "templates/subject"),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
