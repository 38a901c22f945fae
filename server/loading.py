"""Loading the program: nothing that it makes meanwhile is garbage, and to look for some takes a tenth of the start."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def loading() -> Iterator[None]:
    """Python looks for garbage again after this, but never among what was made in it: that stays for good."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if before:
            gc.enable()
