"""The four cookies: who is at the desk, who is half way there, that someone was before, which tablet this is.
None can be read by a script or sent by another site.

`__Host-` ties a cookie to this very host over https; plain http on one's own machine cannot carry it.
"""

from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie

from server.settings import Settings

SESSION = "sightline-session"
TABLET = "sightline-tablet"
KNOWN = "sightline-known"
HALF = "sightline-half"
# The longest that browsers keep one; it is sent afresh whenever the tablet asks who it is
TABLET_SECONDS = 400 * 24 * 3600


def cookie_name(settings: Settings, name: str) -> str:
    """The name as the browser sees it."""
    return f"__Host-{name}" if settings.secure else name


def session_cookie(settings: Settings, token: str) -> Cookie:
    """Gone when the browser closes; the server ends it sooner if it is not used."""
    return _cookie(settings, SESSION, token, None)


def tablet_cookie(settings: Settings, token: str) -> Cookie:
    """Kept: an enrolled tablet stays enrolled until somebody revokes it."""
    return _cookie(settings, TABLET, token, TABLET_SECONDS)


def known_cookie(settings: Settings, mark: str) -> Cookie:
    """Kept: the mark of a browser in which someone has signed in (`known_browser.py`)."""
    return _cookie(settings, KNOWN, mark, TABLET_SECONDS)


def half_cookie(settings: Settings, token: str, minutes: int) -> Cookie:
    """Between the password and the code: opens the page that asks for the code, and nothing else."""
    return _cookie(settings, HALF, token, minutes * 60)


def no_half_cookie(settings: Settings) -> Cookie:
    """Takes that one away."""
    return _cookie(settings, HALF, "", 0)


def no_session_cookie(settings: Settings) -> Cookie:
    """Takes the session's cookie away."""
    return _cookie(settings, SESSION, "", 0)


def read_cookie(connection: ASGIConnection, settings: Settings, name: str) -> str:  # type: ignore[type-arg]
    """The token that came with the request, or ""."""
    return connection.cookies.get(cookie_name(settings, name), "")


def _cookie(settings: Settings, name: str, value: str, seconds: int | None) -> Cookie:
    return Cookie(
        key=cookie_name(settings, name),
        value=value,
        max_age=seconds,
        path="/",
        secure=settings.secure,
        httponly=True,
        samesite="strict",
    )
