"""What a manager of staff does on the pages of staff, for tests."""

import re
from html import unescape

from httpx import Response

from tests.server.world import PASSWORD, Browser, World

NEW_PASSWORD = "kettle orbit marble thistle"


def words_of(page: str) -> str:
    """A page as somebody reads it."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def read(client: Browser, address: str) -> str:
    """The words of a page that is there."""
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return words_of(answer.text)


def act(client: Browser, address: str, **form: str) -> Response:
    """Do something about staff with the manager's own password; the answer, redirect not followed."""
    form = {name.rstrip("_"): value for name, value in form.items()}
    return client.post(f"/staff{address}", data={"password": PASSWORD, **form}, follow_redirects=False)


def added(client: Browser, name: str = "Jo Bell", **form: str) -> str:
    """The id of somebody just added: a senior carer in Alder House unless `form` says otherwise."""
    answer = act(client, "", **{"name": name, "role": "floor", "place": "alder", "email": "", **form})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].removeprefix("/staff/")


def once(answer: Response) -> str:
    """The PIN or code that an answer shows once."""
    assert answer.status_code == 201, answer.text
    found = re.search(r'<p class="enrolment-code">([^<]+)</p>', answer.text)
    assert found
    return found[1]


def role_of(world: World, staff: str, place: str = "") -> str:
    """The number of the last role that somebody was given."""
    with world.sql() as sql:
        row = sql.execute("SELECT max(id) FROM staff_role WHERE staff = ?", (staff,)).fetchone()
    return str(row[0])


def staff_on(tablet: Browser) -> set[str]:
    """Who may sign in on a tablet, by name."""
    return {one["name"] for one in tablet.get("/tablet/staff").json()["staff"]}


class Feed:
    """What a tablet knows of staff from the feed, kept up to date as it would."""

    def __init__(self, tablet: Browser) -> None:
        self._tablet = tablet
        self._cursor = ""
        self.names: dict[str, str] = {}
        self.read()

    def read(self) -> dict[str, str]:
        """The names by id, after what is new."""
        answer = self._tablet.get(f"/sync/changes?cursor={self._cursor}").json()
        self._cursor = answer["cursor"]
        for row in answer["changes"]:
            if row["kind"] == "staff" and row["deleted"]:
                self.names.pop(row["id"], None)
            elif row["kind"] == "staff":
                self.names[row["id"]] = row["body"]["name"]
        return self.names
