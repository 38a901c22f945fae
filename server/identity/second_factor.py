"""The second factor: a code by time (TOTP, RFC 6238) from an app on one's own phone, and ten recovery codes.

The shared secret must be opened for each check, so it cannot be hashed. It is kept sealed (AES-GCM, bound to its
owner) under a key derived by HKDF from the server's signing key, with an `info` of its own: the key file lies beside
the database and not in it, so a copy of the database alone makes no codes. Recovery codes are kept as HMAC under
another such key: fifty-eight random bits alone could be tried out by whoever holds the database.

A code counts once (its half minute is kept), and from half a minute before to half a minute after its own.
Jobs for `Database.write` and `Database.read`.
"""

import hmac
import json
import os
import secrets
import sqlite3
from base64 import b64decode, b64encode
from datetime import datetime
from hashlib import sha256

import pyotp
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from server.identity import audit
from server.identity.instants import at
from server.identity.secret_tokens import ALPHABET
from server.server_keys import ServerKeys

STEP_SECONDS = 30
DRIFT = 1
RECOVERY_CODES = 10
RECOVERY_LENGTH = 12
# A secret that was shown and never confirmed by a code is forgotten
SETUP_MINUTES = 60


def is_on(connection: sqlite3.Connection, staff: str) -> bool:
    """Whether `staff` must give a code after the password."""
    sql = "SELECT 1 FROM second_factor WHERE staff = ? AND on_at <> ''"
    return connection.execute(sql, (staff,)).fetchone() is not None


def begin_setup(connection: sqlite3.Connection, keys: ServerKeys, staff: str, now: datetime) -> None:
    """Make a new secret for `staff` to take into their app; nothing while the factor is on."""
    sealed = _seal(keys, staff, pyotp.random_base32())
    connection.execute(
        """
        INSERT INTO second_factor (staff, sealed, made_at) VALUES (?, ?, ?)
        ON CONFLICT (staff) DO UPDATE SET sealed = excluded.sealed, made_at = excluded.made_at WHERE on_at = ''
        """,
        (staff, sealed, at(now)),
    )


def read_setup(connection: sqlite3.Connection, keys: ServerKeys, staff: str, now: datetime) -> str:
    """The secret that waits for its first code, "" when there is none. Once the factor is on it is never shown."""
    row = connection.execute(
        "SELECT sealed FROM second_factor WHERE staff = ? AND on_at = '' AND made_at > ?",
        (staff, at(now, minutes=-SETUP_MINUTES)),
    ).fetchone()
    return _open(keys, staff, row["sealed"]) if row else ""


def turn_on(
    connection: sqlite3.Connection, keys: ServerKeys, staff: str, code: str, now: datetime
) -> list[str]:
    """Turn it on with a first right code; the recovery codes, to be shown this once. None where the code is wrong."""
    step = step_of(read_setup(connection, keys, staff, now), code, now, 0)
    if not step:
        return []
    connection.execute(
        "UPDATE second_factor SET on_at = ?, last_step = ? WHERE staff = ?", (at(now), step, staff)
    )
    audit.note(connection, "factor_on", now, who=staff)
    return _new_recovery_codes(connection, keys, staff)


def renew_recovery_codes(
    connection: sqlite3.Connection, keys: ServerKeys, staff: str, now: datetime
) -> list[str]:
    """Ten new ones, to be shown this once; those before work no more. None while the factor is off."""
    if not is_on(connection, staff):
        return []
    audit.note(connection, "recovery_codes_made", now, who=staff)
    return _new_recovery_codes(connection, keys, staff)


def turn_off(connection: sqlite3.Connection, staff: str, now: datetime, *, who: str) -> None:
    """From now on the password is enough. `who` turned it off: `staff` themselves, an administrator, "" a command."""
    if connection.execute("DELETE FROM second_factor WHERE staff = ? AND on_at <> ''", (staff,)).rowcount:
        audit.note(connection, "factor_off", now, who=who, about="" if who == staff else staff)
    connection.execute("DELETE FROM second_factor WHERE staff = ?", (staff,))
    connection.execute("DELETE FROM recovery_code WHERE staff = ?", (staff,))
    connection.execute("DELETE FROM half_signed_in WHERE staff = ?", (staff,))


def codes_left(connection: sqlite3.Connection, staff: str) -> int:
    """How many recovery codes still work."""
    sql = "SELECT count(*) FROM recovery_code WHERE staff = ? AND used_at = ''"
    return int(connection.execute(sql, (staff,)).fetchone()[0])


def use(connection: sqlite3.Connection, keys: ServerKeys, staff: str, typed: str, now: datetime) -> str:
    """Use up what was typed: "code", "recovery", or "" when it is neither, or was used before."""
    plain = "".join(letter for letter in typed.upper() if letter.isalnum())
    if len(plain) == RECOVERY_LENGTH:
        used = connection.execute(
            "UPDATE recovery_code SET used_at = ? WHERE staff = ? AND code_hash = ? AND used_at = ''",
            (at(now), staff, _hash_recovery_code(keys, plain)),
        )
        return "recovery" if used.rowcount else ""
    row = connection.execute(
        "SELECT sealed, last_step FROM second_factor WHERE staff = ? AND on_at <> ''", (staff,)
    ).fetchone()
    step = step_of(_open(keys, staff, row["sealed"]), plain, now, row["last_step"]) if row else 0
    if step:
        connection.execute("UPDATE second_factor SET last_step = ? WHERE staff = ?", (step, staff))
    return "code" if step else ""


def step_of(secret: str, code: str, now: datetime, after: int) -> int:
    """The half minute, later than `after` and near `now`, whose code this is; 0 for none."""
    plain = "".join(code.split())
    if not secret or not (plain.isascii() and plain.isdigit()):
        return 0
    totp, here = pyotp.TOTP(secret), int(now.timestamp()) // STEP_SECONDS
    near = range(max(here - DRIFT, after + 1), here + DRIFT + 1)
    return next((step for step in near if hmac.compare_digest(totp.generate_otp(step), plain)), 0)


def address_of(secret: str, email: str) -> str:
    """What the QR code says to the app on the phone."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name="Sightline")


def _new_recovery_codes(connection: sqlite3.Connection, keys: ServerKeys, staff: str) -> list[str]:
    codes = [_new_recovery_code() for _ in range(RECOVERY_CODES)]
    connection.execute("DELETE FROM recovery_code WHERE staff = ?", (staff,))
    connection.executemany(
        "INSERT INTO recovery_code (staff, code_hash) VALUES (?, ?)",
        [(staff, _hash_recovery_code(keys, code)) for code in codes],
    )
    return codes


def _new_recovery_code() -> str:
    letters = "".join(secrets.choice(ALPHABET) for _ in range(RECOVERY_LENGTH))
    return "-".join(letters[place : place + 4] for place in range(0, RECOVERY_LENGTH, 4))


def _hash_recovery_code(keys: ServerKeys, code: str) -> str:
    plain = "".join(letter for letter in code if letter.isalnum())
    return hmac.new(_key(keys, b"sightline recovery codes 1"), plain.encode(), sha256).hexdigest()


def _seal(keys: ServerKeys, staff: str, secret: str) -> str:
    nonce = os.urandom(12)
    box = AESGCM(_key(keys, b"sightline second factor 1")).encrypt(nonce, secret.encode(), staff.encode())
    return json.dumps({"iv": b64encode(nonce).decode(), "box": b64encode(box).decode()})


def _open(keys: ServerKeys, staff: str, sealed: str) -> str:
    """The secret; "" under other keys than those it was sealed with, when only a recovery by the command helps."""
    kept = json.loads(sealed)
    try:
        opener = AESGCM(_key(keys, b"sightline second factor 1"))
        return opener.decrypt(b64decode(kept["iv"]), b64decode(kept["box"]), staff.encode()).decode()
    except InvalidTag:
        return ""


def _key(keys: ServerKeys, info: bytes) -> bytes:
    return HKDF(hashes.SHA256(), 32, None, info).derive(keys.signing.private_bytes_raw())
