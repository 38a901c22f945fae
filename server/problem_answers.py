"""Turns whatever went wrong into an answer: a problem document for machines, a page for browsers.

Nothing of the inside reaches the answer: an unexpected error is written to the server's log and called
"server_error".
"""

from urllib.parse import quote

import msgspec
from litestar.connection import Request
from litestar.exceptions import HTTPException
from litestar.response import Response

from server.operations.logs import log
from server.problems import Problem
from sync import DatabaseError, Refused

BY_STATUS = {
    400: "bad_request",
    401: "not_signed_in",
    403: "not_found",
    404: "not_found",
    405: "method_not_allowed",
    413: "payload_too_large",
    415: "wrong_media_type",
    422: "invalid_input",
    429: "too_many_attempts",
}
BY_DATABASE_CODE = {"busy": "database_busy", "locked": "database_busy", "disk_full": "database_full"}


def answer_problem(request: Request, error: Exception) -> Response[bytes]:  # type: ignore[type-arg]
    """The answer for an error raised by any handler, guard or middleware, or by Litestar itself."""
    problem = as_problem(error)
    if problem.kind.status >= 500 and not isinstance(error, Problem):
        log().error(
            "problem", code=problem.code, route=str(request.scope.get("path_template", "")), error=error
        )
    if not wants_page(request):
        return _document(problem)
    if problem.code == "not_signed_in" and request.method == "GET":
        return _to_sign_in(request)
    return _page(request, problem)


def as_problem(error: Exception) -> Problem:
    """The problem that an error amounts to."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, Refused):
        return Problem(error.code, str(error))
    if isinstance(error, DatabaseError):
        return Problem(BY_DATABASE_CODE.get(error.code, "database_unavailable"), headers={"retry-after": "5"})
    if isinstance(error, HTTPException):
        allow = {"allow": (error.headers or {}).get("allow", "")} if error.status_code == 405 else {}
        return Problem(BY_STATUS.get(error.status_code, "server_error"), headers=allow)
    return Problem("server_error")


def wants_page(request: Request) -> bool:  # type: ignore[type-arg]
    """Whether a person is looking: browsers ask for HTML when they open a page or send a form."""
    return "text/html" in request.headers.get("accept", "")


def _document(problem: Problem) -> Response[bytes]:
    body = msgspec.json.encode(problem.document())
    return Response(
        body, status_code=problem.kind.status, media_type="application/problem+json", headers=problem.headers
    )


def _to_sign_in(request: Request) -> Response[bytes]:  # type: ignore[type-arg]
    asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return Response(b"", status_code=303, headers={"location": f"/sign-in?next={quote(asked)}"})


def _page(request: Request, problem: Problem) -> Response[bytes]:  # type: ignore[type-arg]
    engine = request.app.template_engine
    if engine is None:
        return _document(problem)
    page = engine.get_template("problem.html").render(problem=problem)
    return Response(
        page.encode(),
        status_code=problem.kind.status,
        media_type="text/html",
        headers=problem.headers,
    )
