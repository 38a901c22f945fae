"""What stands in a tablet's store, read as somebody who works there reads it: with a PIN."""

from typing import Any

from playwright.async_api import Page

from tests.server.world import PIN

_READ = """async ([name, pin]) => {
    const load = (module) => import(`/pwa/js/${module}.mjs`);
    const [{ Store }, { EncryptedStore }, { importKey }, { openBundle }] =
        await Promise.all(["database", "encrypted_store", "box", "bundle"].map(load));
    const rows = new Store({ onLost() {} });
    const store = new EncryptedStore(rows);
    try {
        const [bundle] = await rows.all("bundle");
        store.unlock(await importKey((await openBundle(bundle, pin)).dataKey));
        return await store.all(name);
    } finally {
        store.close();
    }
}"""


async def stored(page: Page, name: str, pin: str = PIN) -> list[dict[str, Any]]:
    """Every row of one of the tablet's stores ("draft", "record"), opened with the PIN of whoever it knows."""
    rows: list[dict[str, Any]] = await page.evaluate(_READ, [name, pin])
    return rows
