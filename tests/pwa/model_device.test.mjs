// The store of the model promises what IndexedDB does, and no more: a model that promised more would not see what real tablets lose.

import assert from "node:assert/strict";
import test from "node:test";
import { Device } from "../model/device.mjs";

const row = (key, value = 1) => ({ key, value });
const write = (store, rows, options) => store.write(["meta"], async (change) => { for (const each of rows) await change.put("meta", each); }, options);

function tab(device) {
  const page = { dead: false, die() { this.dead = true; } };
  device.pages.push(page);
  return device.connection(page);
}

const kept = (device) => device.rows("meta").map(({ key }) => key);
const settles = (promise) => Promise.race([promise.then(() => true, () => true), new Promise((resolve) => { setTimeout(resolve, 20, false); })]);

test("a cut of the power takes what was only written relaxed, and nothing that was flushed", async () => {
  const device = new Device();
  const store = tab(device);
  await write(store, [row("strict")]);
  await write(store, [row("relaxed")], { strict: false });
  device.kill(true, 0);
  assert.deepEqual(kept(device), ["strict"]);
});

test("a strict write flushes what was written relaxed before it", async () => {
  const device = new Device();
  const store = tab(device);
  await write(store, [row("relaxed")], { strict: false });
  await write(store, [row("strict")]);
  device.kill(true, 0);
  assert.deepEqual(kept(device), ["relaxed", "strict"]);
});

test("a killed browser loses nothing that had completed", async () => {
  const device = new Device();
  await write(tab(device), [row("relaxed")], { strict: false });
  device.kill(false);
  assert.deepEqual(kept(device), ["relaxed"]);
});

test("killed at a write, nobody hears whether it was applied", async () => {
  for (const applied of [true, false]) {
    const device = new Device();
    const store = tab(device);
    device.killAt({ after: 1, applied, power: false });
    await write(store, [row("first")]);
    assert.equal(await settles(write(store, [row("second")])), false);
    assert.deepEqual(kept(device), applied ? ["first", "second"] : ["first"]);
    assert.equal(await settles(store.get("meta", "first")), false);
  }
});

test("a write that fails half way leaves nothing", async () => {
  const device = new Device();
  const store = tab(device);
  const work = store.write(["meta"], async (change) => {
    await change.put("meta", row("half"));
    throw new Error("no");
  });
  await assert.rejects(work, /no/);
  assert.deepEqual(kept(device), []);
});

test("a full disk refuses what is put, and lets go of what is deleted", async () => {
  const device = new Device();
  const store = tab(device);
  await write(store, [row("kept")]);
  device.full = true;
  await assert.rejects(write(store, [row("more")]), { name: "NotSaved" });
  await store.write(["meta"], (change) => change.delete("meta", "kept"));
  assert.deepEqual(kept(device), []);
});

test("one tab holds a lock at a time, and one that is closed gives it back", async () => {
  const device = new Device();
  const [first, second] = [{ dead: false }, { dead: false }];
  const held = device.locks.of(first).request("sync", {}, () => new Promise(() => {}));
  assert.equal(await device.locks.of(second).request("sync", { ifAvailable: true }, (lock) => lock), null);
  const waiting = device.locks.of(second).request("sync", {}, (lock) => lock.name);
  first.dead = true;
  device.locks.leave(first);
  assert.equal(await waiting, "sync");
  assert.equal(await settles(held), false);
});
