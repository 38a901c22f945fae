"""The newest rows of the tablet's store, in a real Chromium: what lists show first."""

from tests.browser.chromium import TabletBrowser
from tests.browser.running import RunningServer

# Names of many lengths, put in no order; each wish beside what the whole store, turned round and cut off, would be
NEWEST = """async () => {
    const { Store } = await import("/pwa/js/database.mjs");
    const store = new Store();
    const number = (below) => crypto.getRandomValues(new Uint32Array(1))[0] % below;
    const rows = Array.from({ length: 40 }, () => ({ record: number(2 ** 30).toString(36), version: 1 + number(3) }));
    const differing = [];
    for (const some of [0, 1, 40]) {
        await store.write(["record"], (change) => Promise.all(rows.slice(0, some).map((row) => change.put("record", row))));
        const whole = (await store.all("record")).toReversed().map((row) => `${row.record} ${row.version}`);
        for (const limit of [undefined, 1, 2, 7, 39, 40, 41, 500]) {
            const found = (await store.all("record", { reverse: true, limit })).map((row) => `${row.record} ${row.version}`);
            if (found.join() !== whole.slice(0, limit).join()) differing.push([some, limit, found]);
        }
    }
    const kept = await store.count("record");
    store.close();
    return [differing, kept];
}"""  # noqa: E501


async def test_the_newest_rows_are_the_last_of_all_turned_round(
    server: RunningServer, tablet: TabletBrowser
) -> None:
    page = await tablet.start()
    await page.goto(f"{server.origin}/tablet/")
    await page.locator("#enrol-code").wait_for()
    differing, kept = await page.evaluate(NEWEST)
    assert differing == []
    assert kept > 30
