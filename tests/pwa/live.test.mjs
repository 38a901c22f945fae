import assert from "node:assert/strict";
import test from "node:test";
import { Live } from "../../pwa/js/live.mjs";
import { MemoryStore, fakeClock, put, sealedRow } from "./fakes.mjs";

globalThis.BroadcastChannel = class { postMessage() {} };
globalThis.localStorage = { getItem: () => null, setItem: () => {}, removeItem: () => {} };

async function heardBy(work) {
  const heard = [];
  const app = { store: Object.assign(new MemoryStore(), { unlocked: true }), clock: fakeClock(), push: { inFlight: new Set() } };
  await put(app.store, "meta", { key: "canary" });
  const live = new Live(app);
  for (const topic of ["outbox", "records"]) live.on(topic, () => heard.push(topic));
  await work(app.store, live, heard);
}

test("a try to send is told to who shows how each record fares, and to no list of what there is", () => heardBy(async (store, live, heard) => {
  await put(store, "record", sealedRow(1), sealedRow(2));
  await live.refreshOutbox();
  heard.length = 0;
  await live.refreshOutbox({ anew: false });
  await put(store, "record", { ...sealedRow(2), attempt: { meaning: "retry", reason: "The server is away." } });
  await live.refreshOutbox({ anew: false });
  assert.deepEqual(heard, ["outbox", "outbox"]);
}));

test("a list of what there is is told of a record that was sent, of one more, and that time has passed", () => heardBy(async (store, live, heard) => {
  await put(store, "record", sealedRow(1), sealedRow(2));
  await live.refreshOutbox({ anew: false });
  const { waiting, ...sent } = sealedRow(1, { receipt: { status: "stored", received_at: "2026-11-21T14:07:00Z", seq: 7 } });
  await put(store, "record", sent);
  await live.refreshOutbox({ anew: false });
  await put(store, "record", sealedRow(3));
  await live.refreshOutbox({ anew: false });
  await live.refreshOutbox();
  assert.deepEqual(heard.filter((topic) => topic === "records"), Array(4).fill("records"));
}));
