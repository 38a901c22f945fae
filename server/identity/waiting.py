"""How long somebody must wait before the next try, in words."""


def wait_words(seconds: int) -> str:
    """ "Wait 40 seconds, then try again." or, from a minute and a half on, in minutes."""
    if seconds < 90:
        return f"Wait {seconds} second{'s' if seconds > 1 else ''}, then try again."
    return f"Wait {-(-seconds // 60)} minutes, then try again."
