"""Looking for words in everything that a browser left on the disk, and in everything that its stores give a page."""

import base64
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from playwright.async_api import Page

READ_BACK = """async () => {
    const plain = (_, each) => each instanceof Uint8Array ? new TextDecoder("latin1").decode(each) : each;
    const text = (value) => JSON.stringify(value, plain) ?? "";
    const asked = (request) => new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
    });
    const found = [["localStorage", text({ ...localStorage })], ["sessionStorage", text({ ...sessionStorage })]];
    for (const { name } of await indexedDB.databases()) {
        const database = await asked(indexedDB.open(name));
        for (const store of database.objectStoreNames) {
            const rows = await asked(database.transaction(store).objectStore(store).getAll());
            found.push([`${name}/${store}`, rows.map(text).join("\\n")]);
        }
        database.close();
    }
    for (const name of await caches.keys()) {
        const cache = await caches.open(name);
        for (const request of await cache.keys()) found.push([request.url, await (await cache.match(request)).text()]);
    }
    return found;
}"""

# A word in clear, in a database, a cache and both web storages of the page's origin
LEAVE_IN_CLEAR = """async (word) => {
    const request = indexedDB.open("control");
    request.onupgradeneeded = () => request.result.createObjectStore("words");
    const database = await new Promise((resolve) => { request.onsuccess = () => resolve(request.result); });
    const transaction = database.transaction("words", "readwrite", { durability: "strict" });
    transaction.objectStore("words").put(word, 1);
    await new Promise((resolve) => { transaction.oncomplete = resolve; });
    database.close();
    await (await caches.open("control")).put("/control", new Response(word));
    localStorage.setItem("control", word);
    sessionStorage.setItem("control", word);
}"""


def found_on_disk(folder: Path, words: Iterable[str]) -> dict[str, set[str]]:
    """In which files under `folder` each word stands: as UTF-8, as UTF-16 or as base64, in upper case or lower."""
    patterns = [(word, pattern) for word in words for pattern in set(_written(word))]
    found: dict[str, set[str]] = {}
    for file in folder.rglob("*"):
        if not file.is_file() or file.is_symlink():
            continue
        try:
            content = file.read_bytes()
        except FileNotFoundError:
            continue  # a living browser takes files away
        both = content, content.lower()
        for word, pattern in patterns:
            if any(pattern in each for each in both):
                found.setdefault(word, set()).add(str(file.relative_to(folder)))
    return found


async def found_in_page(page: Page, words: Iterable[str]) -> dict[str, set[str]]:
    """In which of the stores and caches of the page's origin each word stands, as the page itself reads them."""
    return found_in_stores(await page.evaluate(READ_BACK), words)


def found_in_stores(read: Iterable[Any], words: Iterable[str]) -> dict[str, set[str]]:
    """In which of what `READ_BACK` gave, pairs of a place and its text, each word stands."""
    places = [(str(where), str(text).lower()) for where, text in read]
    found: dict[str, set[str]] = {}
    for word in words:
        if here := {where for where, text in places if word.lower() in text}:
            found[word] = here
    return found


def _written(word: str) -> Iterator[bytes]:
    for text in (word, word.lower()):
        yield text.encode()
        yield text.encode("utf-16-le")
    for shift in range(3):
        whole = base64.b64encode(b"\0" * shift + word.encode())
        # What the bytes before and after it decide is left off
        inner = whole[(shift * 8 + 5) // 6 : -4 if len(whole) > 12 else None]
        if len(inner) >= 6:
            yield inner
