"""What whoever runs the server may choose, as one table of name, default and help sentence.

Each setting is read from the environment as `SIGHTLINE_<NAME>`; the command line's options write to the same
table.
"""

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

# Where Litestream can copy to; what it needs to sign in there it reads from the environment
COPY_SCHEMES = ("file", "s3", "gs", "abs", "sftp", "nats", "oss", "webdav", "webdavs")
SHORTEST_TOKEN = 16
_ADDRESS = re.compile(r"[^@\s<>,;:\"()\[\]\\]{1,64}@[A-Za-z0-9.-]{1,255}")
_TIME = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]", re.ASCII)
LOOPBACK = ("localhost", "127.0.0.1", "::1")


class SettingsError(Exception):
    """A setting that cannot be used; `str()` names it, the fault and the remedy in one sentence."""


class Secret:
    """A secret that no log can show by showing the settings."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return "Secret(...)" if self.text else "Secret('')"


class Setting(msgspec.Struct, frozen=True):
    """One row of the table. `read` turns the text of the environment into the value, or raises `ValueError`
    with the rest of the sentence "... must be". `secret`: never shown, and no option of a command, whose words every
    user of the machine may read.
    """

    name: str
    default: str
    help: str
    read: Callable[[str], object]
    secret: bool = False

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return f"SIGHTLINE_{self.name.upper()}"


class Settings(msgspec.Struct, frozen=True):
    """Every setting with its value. `origin` is scheme, host and port, as the browser shows them."""

    database: Path
    host: str
    port: int
    origin: str
    tls_certificate: Path | None
    tls_key: Path | None
    session_idle_minutes: int
    session_hours: int
    enrolment_minutes: int
    kill_switch: bool
    copy_to: str
    log_file: Path | None
    log_level: str
    metrics_token: str
    pack_days: int
    mail_host: str
    mail_port: int
    mail_tls: str
    mail_from: str
    mail_user: str
    mail_password: Secret
    mail_password_file: Path | None
    mail_at: str

    @property
    def keys(self) -> Path:
        """The key file, beside the database (`server_keys.py`)."""
        return self.database.with_name(f"{self.database.name}.keys")

    @property
    def secure(self) -> bool:
        """Whether browsers reach the server by https."""
        return self.origin.startswith("https://")

    @property
    def origins(self) -> frozenset[str]:
        """The origins a request may come from. On one's own machine, "localhost" and "127.0.0.1" are the same
        place.
        """
        parts = urlsplit(self.origin)
        if self.secure:
            return frozenset({self.origin})
        port = f":{parts.port}" if parts.port else ""
        return frozenset(f"http://{_in_address(name)}{port}" for name in LOOPBACK)

    @property
    def hosts(self) -> frozenset[str]:
        """The values of the Host header that are this server."""
        return frozenset(origin.partition("://")[2] for origin in self.origins)


def read_settings(
    environment: Mapping[str, str] = os.environ, chosen: Mapping[str, str] | None = None
) -> Settings:
    """The settings from `chosen` (by name), else the environment, else the defaults.

    Raises `SettingsError` for the first one that cannot be used.
    """
    chosen = chosen or {}
    values = {
        setting.name: _read(setting, chosen.get(setting.name, environment.get(setting.variable, "")))
        for setting in SETTINGS
    }
    return check_together(msgspec.convert(values, Settings))


def check_together(settings: Settings) -> Settings:
    """The settings with the origin filled in, once they agree with each other. Raises `SettingsError`."""
    if (settings.tls_certificate is None) != (settings.tls_key is None):
        raise SettingsError(
            "SIGHTLINE_TLS_CERTIFICATE and SIGHTLINE_TLS_KEY belong together: set both, or neither."
        )
    scheme = "https" if settings.tls_certificate else "http"
    origin = settings.origin or f"{scheme}://{_in_address(settings.host)}:{settings.port}"
    settings = msgspec.structs.replace(settings, origin=origin)
    _check_mail(settings)
    if not settings.secure and urlsplit(settings.origin).hostname not in LOOPBACK:
        raise SettingsError(
            f"SIGHTLINE_ORIGIN is '{settings.origin}', but tablets only work over https: "
            "set SIGHTLINE_TLS_CERTIFICATE and SIGHTLINE_TLS_KEY, or set the address of the https in front."
        )
    return settings


def _check_mail(settings: Settings) -> None:
    """Mails need a sender, a user a password, and a password a line that nobody reads along."""
    if settings.mail_host and not settings.mail_from:
        raise SettingsError(
            "SIGHTLINE_MAIL_HOST needs SIGHTLINE_MAIL_FROM: the address that mails come from."
        )
    passwords = (bool(settings.mail_password.text), settings.mail_password_file is not None)
    if all(passwords):
        raise SettingsError(
            "SIGHTLINE_MAIL_PASSWORD and SIGHTLINE_MAIL_PASSWORD_FILE say the same: set one of them."
        )
    if bool(settings.mail_user) != any(passwords):
        raise SettingsError(
            "SIGHTLINE_MAIL_USER and its password belong together: set both, or neither. The password comes from "
            "SIGHTLINE_MAIL_PASSWORD or SIGHTLINE_MAIL_PASSWORD_FILE."
        )
    if settings.mail_user and settings.mail_tls == "none" and settings.mail_host not in LOOPBACK:
        raise SettingsError(
            "SIGHTLINE_MAIL_TLS is 'none', but no password may cross a network in the clear: choose starttls or tls."
        )


def _in_address(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _read(setting: Setting, text: str) -> object:
    try:
        return setting.read(text or setting.default)
    except ValueError as error:
        hidden = setting.secret or setting.name == "metrics_token"
        shown = "not usable" if hidden else f"'{text}'"
        raise SettingsError(f"{setting.variable} is {shown}, but it must be {error}.") from None


def _whole_number(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and low <= int(text[:9]) <= high and len(text) < 9):
            raise ValueError(f"a whole number from {low} to {high}")
        return int(text)

    return read


def _yes_no(text: str) -> bool:
    if text not in ("yes", "no"):
        raise ValueError("yes or no")
    return text == "yes"


def _file(text: str) -> Path | None:
    if not text:
        return None
    path = Path(text)
    if not path.is_file():
        raise ValueError("the path of a file that is there")
    return path


def _path(text: str) -> Path:
    return Path(text)


def _new_file(text: str) -> Path | None:
    path = Path(text)
    if text and (path.is_dir() or not path.absolute().parent.is_dir()):
        raise ValueError("the path of a file in a folder that is there")
    return path if text else None


def _one_of(*choices: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in choices:
            raise ValueError(f"one of {', '.join(choices)}")
        return text

    return read


def _token(text: str) -> str:
    if text and (len(text) < SHORTEST_TOKEN or not text.isascii() or not text.isprintable() or " " in text):
        raise ValueError(f"{SHORTEST_TOKEN} or more letters, digits and signs, without a space")
    return text


def _secret(text: str) -> Secret:
    if not text.isprintable():
        raise ValueError("one line")
    return Secret(text)


def _one_word(text: str) -> str:
    if not text.isprintable() or " " in text:
        raise ValueError("without a space")
    return text


def _mail_address(text: str) -> str:
    if text and not _ADDRESS.fullmatch(text):
        raise ValueError("an address alone, such as sightline@home.example")
    return text


def _mail_host(text: str) -> str:
    return _host(text) if text else ""


def _time_of_day(text: str) -> str:
    if not _TIME.fullmatch(text):
        raise ValueError("a time of day, such as 07:00")
    return text


def _copy_to(text: str) -> str:
    """A folder, as an absolute path, or an address as Litestream reads it."""
    scheme, sign, rest = text.partition("://")
    if not sign:
        return str(Path(text).absolute()) if text else ""
    if scheme not in COPY_SCHEMES or not rest or any(not char.isprintable() for char in text):
        raise ValueError(f"a folder, or an address that begins with one of {', '.join(COPY_SCHEMES)}")
    return text


def _host(text: str) -> str:
    if not text.strip() or "/" in text:
        raise ValueError("an address or a name, such as 127.0.0.1")
    return text


def _origin(text: str) -> str:
    fault = "a scheme, a host and perhaps a port, such as https://sightline.example"
    try:
        parts = urlsplit(text)
        rest = (parts.path, parts.query, parts.fragment, parts.username, parts.port is None or parts.port > 0)
    except ValueError:
        raise ValueError(fault) from None
    if text and (
        parts.scheme not in ("http", "https") or not parts.hostname or rest != ("", "", "", None, True)
    ):
        raise ValueError(fault)
    return text.lower()


SETTINGS = (
    Setting(
        "database",
        "data/sightline.db",
        "The file that holds everything. Its folder must be on a local disk.",
        _path,
    ),
    Setting("host", "127.0.0.1", "The address to listen on. 0.0.0.0 listens on every network.", _host),
    Setting("port", "8000", "The port to listen on.", _whole_number(1, 65535)),
    Setting(
        "origin",
        "",
        "Where browsers find the server, such as https://sightline.example. Else made from host and port.",
        _origin,
    ),
    Setting("tls_certificate", "", "The certificate file (PEM) that serves https.", _file),
    Setting("tls_key", "", "The private key file (PEM) of that certificate.", _file),
    Setting(
        "session_idle_minutes",
        "10",
        "A desk sign-in ends after this many quiet minutes.",
        _whole_number(1, 1440),
    ),
    Setting(
        "session_hours",
        "12",
        "A desk sign-in ends after this many hours, busy or not.",
        _whole_number(1, 168),
    ),
    Setting(
        "enrolment_minutes",
        "10",
        "A tablet's enrolment code works for this many minutes.",
        _whole_number(1, 60),
    ),
    Setting(
        "kill_switch",
        "no",
        "yes tells every tablet to drop its stored copy of the app and fetch it anew. Records are kept.",
        _yes_no,
    ),
    Setting(
        "copy_to",
        "",
        "Copy the database there all the time, by Litestream: a folder on another disk, or such as s3://bucket/name.",
        _copy_to,
    ),
    Setting(
        "log_file",
        "",
        "The file to write the log to. Else it goes to standard error.",
        _new_file,
    ),
    Setting(
        "log_level",
        "info",
        "What to log: debug, info (each request), warning or error.",
        _one_of("debug", "info", "warning", "error"),
    ),
    Setting(
        "metrics_token",
        "",
        "Whoever asks for /metrics must send this as a bearer token. Left out, there are no metrics.",
        _token,
    ),
    Setting(
        "pack_days",
        "90",
        "An evidence pack is destroyed this many days after it was made.",
        _whole_number(1, 3650),
    ),
    Setting(
        "mail_host",
        "",
        "The SMTP server that sends the mails people asked for. Left out, none is sent.",
        _mail_host,
    ),
    Setting(
        "mail_port",
        "587",
        "The port of the SMTP server: 587 for starttls, 465 for tls.",
        _whole_number(1, 65535),
    ),
    Setting(
        "mail_tls",
        "starttls",
        "How the line to it is locked: starttls, tls, or none (on this machine).",
        _one_of("starttls", "tls", "none"),
    ),
    Setting("mail_from", "", "The address that mails come from.", _mail_address),
    Setting("mail_user", "", "The name to sign in with at the SMTP server, if it asks for one.", _one_word),
    Setting(
        "mail_password",
        "",
        "Its password; or put it into a file and name that. It is no option of a command.",
        _secret,
        secret=True,
    ),
    Setting("mail_password_file", "", "The file that holds the password on its first line.", _file),
    Setting("mail_at", "07:00", "Mails go out from this time on, as London's clock shows it.", _time_of_day),
)
