"""The machine: the folder, the disk, the clock, the certificate."""

import os
import shutil
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from server.operations.checks import Check, Ground, bad, good, reading, watch
from server.operations.figures import size_of
from server.operations.readiness import LEAST_FREE

# On these, SQLite's write-ahead log damages the database: its readers and writer share memory
NETWORK = frozenset(
    {
        *("nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ceph", "glusterfs", "fuse.glusterfs", "fuse.sshfs"),
        *("fuse.s3fs", "fuse.rclone", "davfs", "fuse.davfs2", "lustre", "ocfs2", "gfs2"),
    }
)
PASSING = frozenset({"tmpfs", "ramfs"})
_EARLIEST = datetime(2026, 1, 1, tzinfo=UTC)
_SET_BACK = timedelta(minutes=5)
_CERTIFICATE_DAYS = 30


def look_at_folder(ground: Ground) -> list[Check]:
    """On a local disk, writable, and private."""
    path = ground.settings.database.absolute()
    folder, kind = path.parent, filesystem_of(path.parent)
    if not folder.is_dir():
        return bad("folder", f"There is no folder {folder}.", "Make it, or set SIGHTLINE_DATABASE.")
    if kind in NETWORK:
        return bad(
            "folder",
            f"{folder} is on a network disk ({kind}), where SQLite loses what was written.",
            "Move the database to a disk of this machine, and set SIGHTLINE_DATABASE.",
            loses=True,
        )
    unwritable = [each for each in (folder, path) if each.exists() and not os.access(each, os.W_OK)]
    if unwritable:
        return bad("folder", f"This user may not write to {unwritable[0]}.", "Give the right to write to it.")
    if kind in PASSING:
        return watch("folder", f"{folder} is in memory ({kind}): it is empty after a restart.", "Use a disk.")
    if path.exists() and path.stat().st_mode & 0o077:
        return watch("folder", f"Others on this machine may read {path}.", f"chmod 600 {path}")
    return good(
        "folder", f"{folder} is on a local disk{f' ({kind})' if kind else ''}, and can be written to."
    )


def look_at_disk(ground: Ground) -> list[Check]:
    """Room for what comes, and for the write-ahead log and a backup's check."""
    path = ground.settings.database.absolute()
    free = shutil.disk_usage(path.parent).free
    wants = max(2**30, 3 * size_of(path))
    words = f"{free / 2**20:,.0f} MB free where the database is ({size_of(path) / 2**20:,.1f} MB)"
    if free < LEAST_FREE:
        return bad(
            "disk", f"{words}: too little to take in records.", "Free some space now; tablets keep theirs."
        )
    if free < wants:
        return watch(
            "disk",
            f"{words}; {wants / 2**20:,.0f} MB would be good.",
            "Free some space, or move the database.",
        )
    return good("disk", f"{words}.")


def look_at_clock(ground: Ground) -> list[Check]:
    """Not before this program was written, and not before what was received already."""
    now = ground.now.astimezone(UTC)
    if now < _EARLIEST:
        return bad("clock", f"The clock says {now:%d %b %Y}.", "Set it, and keep it by NTP.")
    newest = ""
    if ground.settings.database.is_file():
        with reading(ground) as sql:
            row = sql.execute("SELECT received_at FROM entry ORDER BY seq DESC LIMIT 1").fetchone()
            newest = row["received_at"] if row else ""
    if newest and datetime.fromisoformat(newest) - now > _SET_BACK:
        return bad(
            "clock",
            f"The clock says {now:%d %b %Y %H:%M} UTC, but a record was received at {newest}: it was set back.",
            "Set it right, and keep it by NTP. What came in meanwhile bears the wrong time of receipt.",
        )
    return good("clock", f"{now:%d %b %Y %H:%M} UTC, after everything that was received.")


def look_at_certificate(ground: Ground) -> list[Check]:
    """There, its own key's, for this address, and not about to end."""
    settings = ground.settings
    if settings.tls_certificate is None or settings.tls_key is None:
        if settings.secure:
            return good("certificate", "Https is made by what stands in front of this server; look there.")
        return good("certificate", f"None: {settings.origin} is for this machine alone.")
    try:
        certificate = x509.load_pem_x509_certificate(settings.tls_certificate.read_bytes())
        key = load_pem_private_key(settings.tls_key.read_bytes(), None)
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(
            settings.tls_certificate, settings.tls_key
        )
    except (ValueError, TypeError, OSError):
        return bad(
            "certificate",
            f"{settings.tls_certificate} and {settings.tls_key} cannot be read, or do not belong together.",
            "Put back the certificate (PEM) and the key that it was made with.",
        )
    spki = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if key.public_key().public_bytes(*spki) != certificate.public_key().public_bytes(*spki):
        return bad("certificate", "The key is not the certificate's.", "Put back the key it was made with.")
    host, ends = urlsplit(settings.origin).hostname or "", certificate.not_valid_after_utc
    left = ends - ground.now.astimezone(UTC)
    if left <= timedelta():
        return bad(
            "certificate",
            f"It ended on {ends:%d %b %Y}: tablets cannot send.",
            "Renew it, then start the server again. Tablets keep what they have.",
        )
    if not _is_for(certificate, host):
        return bad("certificate", f"It is not for {host}.", "Get one for that name, or set SIGHTLINE_ORIGIN.")
    if left < timedelta(days=_CERTIFICATE_DAYS):
        return watch("certificate", f"It ends on {ends:%d %b %Y}, in {left.days} days.", "Renew it in time.")
    return good("certificate", f"For {host}, until {ends:%d %b %Y}.")


def filesystem_of(folder: Path) -> str:
    """The kind of file system a folder is on, as the kernel names it; "" where it does not say."""
    try:
        lines = Path("/proc/self/mountinfo").read_text("utf-8", "replace").splitlines()
    except OSError:
        return ""
    best, kind = "", ""
    place = os.path.realpath(folder)
    for line in lines:
        before, _, after = line.partition(" - ")
        mount = before.split()[4].replace("\\040", " ")
        inside = place == mount or place.startswith(mount.rstrip("/") + "/")
        if inside and len(mount) >= len(best):
            best, kind = mount, after.split()[0]
    return kind


def _is_for(certificate: x509.Certificate, host: str) -> bool:
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return False
    for name in names.get_values_for_type(x509.DNSName):
        rest = host.partition(".")[2]
        if name.lower() == host or (name.startswith("*.") and name[2:].lower() == rest):
            return True
    return host in map(str, names.get_values_for_type(x509.IPAddress))
