"""What leaders see in a story, read from the pages as a browser gets them."""

import re
from html import unescape

from tests.server.closure.road import Steps
from tests.server.notices.test_today import says
from tests.server.staffing import read, words_of
from tests.server.world import Browser

_RULE = re.compile(
    r'<th scope="row">(\d+)\. .*?<span class="mark [^"]*">([^<]*)</span></td>\s*<td[^>]*><p>(.*?)</p>',
    re.DOTALL,
)
_DUE = re.compile(r'<th scope="row">([^<]*?)<.*?<span class="mark mark-due-\w+">([^<]*)<', re.DOTALL)
_SIGN = re.compile(r'<th scope="row"><a href="/signals/([0-9a-f]{24})">([^<]*)</a>')


class Seen(Steps):
    """The desk of Alder House as Chidi sees it, unless it is said who looks. The people who look stay signed in for as
    long as the clock stands still.
    """

    _desks: dict[tuple[str, str], Browser]

    def desk(self, who: str = "chidi") -> Browser:
        """The desk browser of one of the cast."""
        now = self.world.clock().isoformat()
        if (who, now) not in self._desks:
            self._desks[who, now] = self.world.signed_in(who)
        return self._desks[who, now]

    def words(self, address: str, who: str = "chidi") -> str:
        """The words of a page that is there."""
        return read(self.desk(who), address)

    def action_page(self, who: str = "chidi") -> str:
        """The words of the page of the action."""
        return self.words(f"/actions/{self.action}", who)

    def on_map(self, who: str = "chidi") -> str:
        """The words of the recovery map."""
        return self.words("/map", who)

    def figure(self, code: str, who: str = "chidi") -> str:
        """What the page of the action says that a measure comes to: "Whole window ... 38 of 40 (95.0%) Target met"."""
        page = self.desk(who).get(f"/actions/{self.action}").text
        part = page.partition(f"<h3>{code} ")[2].partition('<dl class="spells">')[2].partition("</dl>")[0]
        assert part, f"{code} is not on the page"
        return words_of(part)

    def verdict(self, who: str = "dana") -> str:
        """The verdict word of the closure page."""
        found = re.search(r'<p class="sentence">([^<]*)</p>', self.page(who))
        assert found
        return unescape(found[1])

    def rules(self, who: str = "dana") -> dict[int, tuple[str, str]]:
        """What each of the ten rules says on the closure page: "Passes", "Fails" or "Still to come", and why."""
        part = self.page(who).partition('<h2 id="rules">')[2].partition("</section>")[0]
        return {int(number): (state, words_of(why)) for number, state, why in _RULE.findall(part)}

    def failing(self, who: str = "dana") -> dict[int, str]:
        """The rules that fail, and why."""
        return {number: why for number, (state, why) in self.rules(who).items() if state == "Fails"}

    def signs(self, state: str = "open", who: str = "chidi") -> list[str]:
        """The names of the early-warning signs that show in a state: "open", "passed" or "answered"."""
        return [unescape(name) for _, name in self._signals(f"/signals?service=alder&state={state}", who)]

    def signal(self, code: str, who: str = "chidi") -> str:
        """The id of the one signal of a sign ("W01") that nobody has answered, whether it still holds or not."""
        states = [self._signals(f"/signals?service=alder&state={state}&sign={code}", who)
                  for state in ("open", "passed")]  # fmt: skip
        ((id, _),) = (line for lines in states for line in lines)
        return id

    def today(self, who: str = "chidi") -> list[str]:
        """The lines of the page of today."""
        return says(self.desk(who))

    def due(self, state: str = "open", who: str = "chidi") -> list[tuple[str, str]]:
        """What the page of what is due shows, with its mark: ("Change in health: one record", "Late")."""
        page = self.desk(who).get(f"/due?state={state}").text
        return [(unescape(title).strip(), mark) for title, mark in _DUE.findall(page)]

    def _signals(self, address: str, who: str) -> list[tuple[str, str]]:
        return _SIGN.findall(self.desk(who).get(address).text)
