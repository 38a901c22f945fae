"""What every answer tells the browser it may not do: security headers, on pages, bytes and errors alike.

One policy serves the tablet and the desk. The Trusted Types names are the two policies in pwa/js; no page may
make another.
"""

from litestar.datastructures import MutableScopeHeaders
from litestar.types import Message, Scope

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob: data:",
        "connect-src 'self'",
        "font-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "object-src 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types sightline-service-worker sightline-form-fragment",
    )
)

POLICY = "content-security-policy"
SECURITY_HEADERS = {
    POLICY: CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-frame-options": "DENY",
    "permissions-policy": "camera=(self), geolocation=(), microphone=(), payment=(), usb=()",
}
JSON = "application/json"
JSON_HEADERS = {
    POLICY: "default-src 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "cross-origin-resource-policy": "same-origin",
    "x-frame-options": "DENY",
}
"""What answers for programs carry in their place, for they are never a page: what OWASP's REST Security Cheat Sheet
asks for (with `no-store` and STRICT_TRANSPORT). The others say what a page may do. A quiet tablet's looks are headers
mostly.
"""
STRICT_TRANSPORT = "max-age=63072000; includeSubDomains"


async def add_security_headers(message: Message, scope: Scope) -> None:
    """A Litestar `before_send` hook. It also runs for answers that no route gave, such as an unknown address.

    An answer that does not say how long it may be kept is not kept at all: pages hold personal data.
    """
    if message["type"] != "http.response.start":
        return
    message.setdefault("headers", [])
    headers = MutableScopeHeaders.from_message(message)
    is_json = headers.get("content-type", "").partition(";")[0] == JSON
    for name, value in (JSON_HEADERS if is_json else SECURITY_HEADERS).items():
        # The page of a pack brings a stricter policy of its own, with the hash of its own style
        if name != POLICY or POLICY not in headers:
            headers[name] = value
    if scope["litestar_app"].state["secure"]:
        headers["strict-transport-security"] = STRICT_TRANSPORT
    headers.setdefault("cache-control", "no-store")
