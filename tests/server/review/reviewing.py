"""Reviewing as a browser without scripts does it: the page's own form, filled in and sent."""

import re
from html import unescape

from httpx import Response

from tests.server.world import Browser


def review(desk: Browser, record: str, state: str, reason: str = "") -> Response:
    """Open the record's page, choose, and save; the answer, redirect not followed."""
    return send_review(desk, record, hidden(desk.get(f"/evidence/{record}").text), state, reason)


def send_review(desk: Browser, record: str, fields: dict[str, str], state: str, reason: str = "") -> Response:
    """Send the form of a page that was opened before."""
    return desk.post(
        f"/evidence/{record}/review",
        data={**fields, "state": state, "reason": reason},
        follow_redirects=False,
    )


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the page."""
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="(\w*)">', page))


def words_of(page: str, section: str = "") -> str:
    """The words of a page, or of the section that begins with this id."""
    part = page.split(f'id="{section}"')[1].split("</section>")[0] if section else page
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", f"<{part}")).split())
