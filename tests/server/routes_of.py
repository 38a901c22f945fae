"""Every route of the app, for tests that must leave none out."""

import re
from collections.abc import Iterator

from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute


def routes_of(app: Litestar) -> Iterator[tuple[str, str, HTTPRouteHandler]]:
    """Method, address with every parameter filled in by a word, and handler."""
    for route in app.routes:
        if not isinstance(route, HTTPRoute):
            continue
        for handler in route.route_handlers:
            for method in sorted(handler.http_methods):
                yield str(method), re.sub(r"\{[^}]*\}", "none-such", route.path_format), handler


def addresses_of(app: Litestar) -> list[tuple[str, str]]:
    """Method and address of every route but the automatic OPTIONS."""
    return [(method, address) for method, address, _ in routes_of(app) if method != "OPTIONS"]
