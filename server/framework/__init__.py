"""The regulator's frameworks as dated reference data: titles, and what of one stands where in another."""

from server.framework.reading import (
    Crosswalk,
    Framework,
    FrameworkError,
    Item,
    Library,
    Tag,
    library,
    make_library,
    read_crosswalk,
    read_framework,
)

__all__ = [
    "Crosswalk",
    "Framework",
    "FrameworkError",
    "Item",
    "Library",
    "Tag",
    "library",
    "make_library",
    "read_crosswalk",
    "read_framework",
]
