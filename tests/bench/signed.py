"""The same records, signed: each author has a key on each tablet."""

import json
import time
from dataclasses import replace

import msgspec

from sync.signatures import is_signed
from tests.bench.records import Delivery
from tests.sync.signing import Book, Signer, signed


def sign_deliveries(deliveries: list[Delivery]) -> tuple[list[Delivery], Book]:
    """The deliveries with the signature of each record's author, and the registry of their keys."""
    book: Book = Book()
    keys: dict[tuple[str, str], Signer] = {}

    def key_of(body: bytes, tablet: str) -> Signer:
        author = json.loads(body)["author"]
        key = keys.get((author, tablet))
        if key is None:
            key = keys[author, tablet] = Signer()
            book.add(key, author, tablet)
        return key

    return [
        replace(
            delivery,
            raw=msgspec.json.encode(
                [signed(body, key_of(body, delivery.sender.tablet)) for body in delivery.bodies]
            ),
        )
        for delivery in deliveries
    ], book


def time_checks(deliveries: list[Delivery], book: Book) -> float:
    """Seconds that the checks alone take, one after another."""
    items = [item for delivery in deliveries for item in msgspec.json.decode(delivery.raw)]
    asked = [
        (book.keys[one["key"]].point, item["body"].encode(), one["signature"])
        for item in items
        for one in item["signatures"]
    ]
    started = time.perf_counter()
    if not all(is_signed(*one) for one in asked):
        raise RuntimeError("a signature is wrong")
    return time.perf_counter() - started
