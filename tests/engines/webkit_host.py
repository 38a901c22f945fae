"""A WebKitGTK window on a profile that outlives it, told what to do in JSON lines on stdin; answers on stdout.

Run by the distribution's own Python, which has PyGObject: `/usr/bin/python3 webkit_host.py PROFILE WIDTH HEIGHT`.
It imports nothing of ours. What pages write to their console goes to stderr.
"""

import importlib
import json
import os
import sys
from collections.abc import Callable
from typing import Any

# By name: the checks run in another Python, which has no PyGObject
gi: Any = importlib.import_module("gi")
for module, version in (("Gdk", "3.0"), ("Gtk", "3.0"), ("WebKit2", "4.1")):
    gi.require_version(module, version)
Gdk, GLib, Gtk, WebKit2 = (
    importlib.import_module(f"gi.repository.{module}") for module in ("Gdk", "GLib", "Gtk", "WebKit2")
)

SECONDS = 120
GONE = "the page's process has ended"
# The script is the body of an async function; what goes in and comes out is JSON
WRAPPED = """const values = JSON.parse(json);
const given = await (async function () { %s
}).apply(undefined, values);
return JSON.stringify(given === undefined ? null : given);"""

HAS_SIZE = """for (let tries = 0; tries < 100; tries++) {
    if (innerWidth === arguments[0] && innerHeight === arguments[1]) return;
    await new Promise((done) => setTimeout(done, 20));
}
throw new Error(`the window stays at ${innerWidth} by ${innerHeight}`);"""


class Host:
    """One window. One order at a time: the next is read when the last is answered."""

    def __init__(self, profile: str, width: int, height: int, answers: int) -> None:
        self.answers = answers
        self.order = 0
        self.timer = 0
        self.waiting_for_load: Callable[[str], None] | None = None
        self.running = False
        self.crashed = False
        self.waits_for_crash = False
        self.loads = 0
        self.rest = b""
        self.view = self._view(profile)
        self.window = Gtk.Window()
        self.window.set_default_size(width, height)
        self.window.add(self.view)
        self.window.show_all()
        GLib.io_add_watch(sys.stdin.fileno(), GLib.PRIORITY_DEFAULT, GLib.IO_IN | GLib.IO_HUP, self._readable)

    def _view(self, profile: str) -> Any:
        data = WebKit2.WebsiteDataManager(
            base_data_directory=os.path.join(profile, "data"),
            base_cache_directory=os.path.join(profile, "cache"),
        )
        context = WebKit2.WebContext.new_with_website_data_manager(data)
        context.set_preferred_languages(["en-GB"])
        context.get_cookie_manager().set_persistent_storage(
            os.path.join(profile, "cookies.sqlite"), WebKit2.CookiePersistentStorage.SQLITE
        )
        view = WebKit2.WebView.new_with_context(context)
        settings = view.get_settings()
        settings.set_enable_write_console_messages_to_stdout(True)
        settings.set_hardware_acceleration_policy(WebKit2.HardwareAccelerationPolicy.NEVER)
        view.connect("load-changed", self._load_changed)
        view.connect("load-failed", self._load_failed)
        view.connect("web-process-terminated", self._page_died)
        view.connect("script-dialog", lambda *_: True)
        return view

    def _readable(self, source: int, condition: int) -> bool:
        found = os.read(source, 1 << 20)
        if not found:
            Gtk.main_quit()
            return False
        *lines, self.rest = (self.rest + found).split(b"\n")
        for line in lines:
            self._obey(json.loads(line))
        return True

    def _obey(self, order: dict[str, Any]) -> None:
        self.order += 1
        self.timer = GLib.timeout_add_seconds(SECONDS, self._too_late, self.order)
        getattr(self, "do_" + order.pop("do"))(**order)

    def answer(self, **found: Any) -> None:
        """End the order. What comes later for it is not heard."""
        self.order += 1
        self.running = False
        if self.timer:
            GLib.source_remove(self.timer)
            self.timer = 0
        os.write(self.answers, json.dumps(found).encode() + b"\n")

    def _too_late(self, order: int) -> bool:
        self.timer = 0
        if order == self.order:
            self.waiting_for_load = None
            self.answer(error="no answer in time")
        return False

    # Orders

    def do_open(self, url: str) -> None:
        """Navigate, and answer when the page has loaded."""
        self.crashed = False
        self._after_load(lambda why: self.answer(error=why) if why else self.answer(value=None))
        self.view.load_uri(url)

    def do_reload(self) -> None:
        """location.reload(); a page whose process was killed is loaded anew by the window, as the system does it."""
        self._after_load(lambda why: self.answer(error=why) if why else self.answer(value=None))
        if self.crashed:
            self.crashed = False
            self.view.reload()
        else:
            self.view.call_async_javascript_function("location.reload()", -1, None, None, None, None, None)

    def do_run(self, script: str, values: list[Any]) -> None:
        """Run the body of an async function in the page, once it has loaded."""
        if self.crashed:
            self.answer(error=GONE)
        elif self.view.is_loading():
            self._after_load(lambda _: self._run(script, values))
        else:
            self._run(script, values)

    def do_gone(self) -> None:
        """Answer when the window knows that the page's process was killed."""
        if self.crashed:
            self.answer(value=None)
        else:
            self.waits_for_crash = True

    def do_loads(self) -> None:
        """How many pages have begun to show in this window, reloads among them."""
        self.answer(value=self.loads)

    def do_size(self, width: int, height: int) -> None:
        """Give the window another size; answers once the page has it."""
        self.window.resize(width, height)
        self._run(HAS_SIZE, [width, height])

    def do_screenshot(self, file: str) -> None:
        """A picture of what the window shows."""
        window = self.view.get_window()
        picture = Gdk.pixbuf_get_from_window(window, 0, 0, window.get_width(), window.get_height())
        picture.savev(file, "png", [], [])
        self.answer(value=None)

    # What the window tells

    def _run(self, script: str, values: list[Any]) -> None:
        self.running = True
        given = GLib.Variant("a{sv}", {"json": GLib.Variant("s", json.dumps(values))})
        self.view.call_async_javascript_function(
            WRAPPED % script, -1, given, None, None, None, self._ran, self.order
        )

    def _ran(self, view: Any, result: Any, order: int) -> None:
        try:
            found = json.loads(view.call_async_javascript_function_finish(result).to_string())
        except GLib.Error as error:
            if order == self.order:
                self.answer(error=error.message)
            return
        if order == self.order:
            self.answer(value=found)

    def _after_load(self, then: Callable[[str], None]) -> None:
        self.waiting_for_load = then

    def _loaded(self, why: str) -> None:
        then, self.waiting_for_load = self.waiting_for_load, None
        if then:
            then(why)

    def _load_changed(self, _view: Any, event: Any) -> None:
        if event == WebKit2.LoadEvent.COMMITTED:
            self.loads += 1
            # WebKit never says so of a script whose page has gone
            if self.running:
                self.answer(error="the page was loaded anew")
        if event == WebKit2.LoadEvent.FINISHED:
            self._loaded("")

    def _load_failed(self, _view: Any, _event: Any, url: str, error: Any) -> bool:
        # A load that another load takes the place of has not failed
        if not error.matches(WebKit2.NetworkError.quark(), WebKit2.NetworkError.CANCELLED):
            self._loaded(f"{url}: {error.message}")
        return True

    def _page_died(self, _view: Any, _why: Any) -> None:
        self.crashed = True
        if self.waits_for_crash:
            self.waits_for_crash = False
            self.answer(value=None)
            return
        self._loaded(GONE)
        if self.timer:
            self.answer(error=GONE)


def main() -> None:
    """Keep stdout for answers: WebKit writes the pages' console to it."""
    answers = os.dup(1)
    os.dup2(2, 1)
    profile, width, height = sys.argv[1:]
    host = Host(profile, int(width), int(height), answers)
    os.write(answers, b'{"value": "ready"}\n')
    Gtk.main()
    host.window.destroy()


if __name__ == "__main__":
    main()
