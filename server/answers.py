"""The two ways a handler answers: a page, or JSON."""

import msgspec
from litestar.response import Response

_encode = msgspec.json.Encoder().encode


def json_answer(body: object, status: int = 200) -> Response[bytes]:
    """`body` (structs, lists, strings, integers) as JSON."""
    return Response(_encode(body), status_code=status, media_type="application/json")


def go_to(address: str) -> Response[bytes]:
    """Send the browser to `address` with a GET, after a form was taken."""
    return Response(b"", status_code=303, headers={"location": address})
