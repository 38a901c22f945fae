// A page that the browser puts away, and may show again: what it lets go of, and how it begins anew.

import assert from "node:assert/strict";
import test from "node:test";
import { Recovery } from "../../pwa/js/recovery.mjs";
import { Store } from "../../pwa/js/database.mjs";
import { locksUntil } from "../../pwa/js/hold.mjs";

const later = (ms = 5) => new Promise((resolve) => setTimeout(resolve, ms));

/** An IndexedDB that never answers a request, as a page that is put away never hears an answer. */
function silent(log) {
  const transaction = () => {
    log.push("begin");
    const self = Object.assign(new EventTarget(), { error: null });
    const asked = {};
    self.objectStore = () => ({ get: () => asked, put: () => asked });
    self.abort = () => {
      if (asked.error) throw new DOMException("", "InvalidStateError");
      log.push("abort");
      asked.error = new DOMException("", "AbortError");
      asked.onerror?.();
      self.dispatchEvent(new Event("abort"));
      self.onabort?.();
    };
    return self;
  };
  return {
    open: () => {
      const asked = { result: { transaction, close: () => log.push("close") } };
      queueMicrotask(() => asked.onsuccess());
      return asked;
    },
  };
}

test("what is half done is undone when the page is put away, and nothing begins after it", async () => {
  const log = [];
  const store = new Store({ factory: silent(log), onFull: async () => true });
  const write = () => store.write(["meta"], (change) => change.put("meta", { key: "a" }));
  const read = store.get("meta", "a");
  write().catch(() => {});
  await later();
  store.leave();
  assert.deepEqual(log.splice(0).sort(), ["abort", "abort", "begin", "begin", "close"]);
  await assert.rejects(read);
  const settled = [];
  for (const asked of [store.get("meta", "a"), write()]) asked.catch(() => {}).then(() => settled.push("settled"));
  await later();
  assert.deepEqual([log, settled], [[], []]);
});

test("the locks of a page that is put away are given up, and what waits for one waits no more", async () => {
  const page = new AbortController();
  const locks = locksUntil(navigator.locks, page.signal);
  const asked = [];
  locks.request("sync", {}, () => new Promise(() => {}));
  locks.request("form", { ifAvailable: true }, () => new Promise(() => {}));
  await later();
  locks.request("sync", {}, () => new Promise(() => {})).catch((error) => asked.push(error.name));
  await later();
  assert.deepEqual((await locks.query()).held.map(({ name }) => name).sort(), ["form", "sync"]);
  page.abort();
  await later();
  assert.deepEqual(asked, ["AbortError"]);
  assert.deepEqual((await navigator.locks.query()).held, []);
  assert.equal(await navigator.locks.request("sync", { ifAvailable: true }, Boolean), true);
});

test("a lock gives back what was done under it", async () => {
  const locks = locksUntil({ request: async (_name, _options, work) => work({}) }, new AbortController().signal);
  assert.equal(await locks.request("sync", { ifAvailable: true }, async () => 7), 7);
});

test("shown again, the page sets aside what it had not written, and is loaded anew", async () => {
  const aside = new Map();
  const storage = { getItem: (key) => aside.get(key) ?? null, setItem: (key, text) => aside.set(key, text), removeItem: (key) => aside.delete(key) };
  const draft = { id: "d", version: 1, changed_at: "2026-11-21T14:05:00Z" };
  const log = [];
  const parts = { aside: storage, reload: () => log.push([...aside.keys()]), block: () => log.push("blocked"), unsavedDraft: () => draft };
  const recovery = new Recovery({ ...parts, sealed: async () => ({ box: { iv: new Uint8Array(12), data: new Uint8Array(3) } }) });
  await recovery.comeBack();
  assert.deepEqual(log, [["sightline-draft-aside"]]);
});
