"""A browser in words, from what it says of itself, for the list of one's own sign-ins. It proves nothing."""

# The first that is found counts: Edge and Opera call themselves Chrome, and Chrome calls itself Safari
_BROWSERS = (
    ("edg", "Edge"),
    ("opr/", "Opera"),
    ("samsungbrowser", "Samsung Internet"),
    ("firefox", "Firefox"),
    ("fxios", "Firefox"),
    ("crios", "Chrome"),
    ("chrome", "Chrome"),
    ("safari", "Safari"),
)
_SYSTEMS = (
    ("ipad", "an iPad"),
    ("iphone", "an iPhone"),
    ("android", "Android"),
    ("cros", "a Chromebook"),
    ("windows", "Windows"),
    ("mac os", "a Mac"),
    ("linux", "Linux"),
)


def browser_words(said: str) -> str:
    """ "Firefox on Windows", "Safari on an iPad"; "an unknown browser" for anything else."""
    text = said.casefold()
    browser = next((name for mark, name in _BROWSERS if mark in text), "")
    system = next((name for mark, name in _SYSTEMS if mark in text), "")
    return " on ".join(part for part in (browser, system) if part) or "an unknown browser"
