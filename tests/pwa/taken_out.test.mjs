import assert from "node:assert/strict";
import test from "node:test";
import { EncryptedStore } from "../../pwa/js/encrypted_store.mjs";
import { TakenOut, WIPED } from "../../pwa/js/taken_out.mjs";
import { fromBase64 } from "../../pwa/js/bytes.mjs";
import { importKey, openValue, placeOf } from "../../pwa/js/box.mjs";
import { waitingCopy } from "../../pwa/js/export.mjs";
import { MemoryStore, answer, fakeClock, put, receiptFor, sealedRow } from "./fakes.mjs";

const KEY = await importKey(new Uint8Array(32).fill(7));

async function tablet({ waiting = 2, drafts = 0, cold = true, rescue = (rows) => rows.map((row) => ({ ...receiptFor({ body: JSON.stringify(row), sha256: row.sha256 }), record: row.record })) } = {}) {
  const rows = new MemoryStore();
  const open = new EncryptedStore(rows);
  open.unlock(KEY);
  await put(rows, "meta", { key: "tablet", value: { id: "t1", name: "Oak" } }, { key: "recovery", value: { tablet: "t1", text: "{}" } });
  for (let number = 1; number <= waiting; number += 1) await put(open, "record", sealedRow(number, { title: "Zebulon" }));
  for (let number = 1; number <= drafts; number += 1) await put(open, "draft", { id: `d${number}`, changed_at: "" });
  const sent = [];
  const fetch = async (path, { body }) => {
    sent.push([path, JSON.parse(body)]);
    return path === "/tablet/rescue" ? answer(201, { receipts: rescue(JSON.parse(body).rows) }) : answer(204, "");
  };
  let wiped = 0;
  const store = cold ? new EncryptedStore(rows) : open;
  const takenOut = new TakenOut({ store, fetch, clock: fakeClock(), onWiped: () => { wiped += 1; } });
  const left = async () => [await rows.count("record"), await rows.count("draft"), await rows.count("reference"), await rows.count("bundle")];
  return { rows, store, takenOut, sent, left, wiped: () => wiped };
}

test("the copy holds each waiting row as it stands, names its place, and opens with the data key alone", async () => {
  const { store } = await tablet();
  const { file } = await waitingCopy({ store, clock: fakeClock() });
  assert.deepEqual([file.format, file.v, file.tablet, file.recovery, file.made_at], ["sightline-export", 1, { id: "t1", name: "Oak" }, "{}", "2026-11-21T14:05:00Z"]);
  assert.deepEqual(Object.keys(file.rows[0]), ["record", "version", "tablet_seq", "sha256", "box"]);
  assert.doesNotMatch(JSON.stringify(file), /Zebulon|Amina/);
  const { record, version, box } = file.rows[1];
  const whole = await openValue(KEY, placeOf("record", [record, version]), { iv: fromBase64(box.iv), data: fromBase64(box.data) });
  assert.equal(whole.body, sealedRow(2).body);
});

test("a lost tablet that nobody unlocked sends its copy, and is emptied when every record has a receipt", async () => {
  const { takenOut, sent, left, wiped, rows } = await tablet({ waiting: 120, drafts: 1 });
  assert.equal(await takenOut.follow("now"), true);
  assert.deepEqual(sent.map(([path, body]) => [path, body.rows?.length ?? body]), [["/tablet/rescue", 50], ["/tablet/rescue", 50], ["/tablet/rescue", 20], ["/tablet/wiped", { waiting: 0, drafts: 1 }]]);
  assert.deepEqual([await left(), wiped()], [[0, 0, 0, 0], 1]);
  assert.equal((await rows.get("meta", WIPED)).value.told, true);
  assert.equal(await rows.get("meta", "tablet"), undefined);
});

test("nothing is emptied while one record has no receipt for its bytes", async () => {
  const { takenOut, left } = await tablet({ rescue: (rows) => rows.map((row, place) => ({ ...receiptFor({ body: JSON.stringify(row), sha256: place ? row.sha256 : "0" }) })) });
  assert.equal(await takenOut.follow("now"), false);
  assert.deepEqual((await left())[0], 2);
});

test("nothing is emptied while a record waits that an earlier build left in clear: it is in no copy", async () => {
  const { takenOut, rows } = await tablet({ waiting: 2 });
  await put(rows, "record", sealedRow(3));
  assert.equal(await takenOut.follow("now"), false);
  assert.equal(await rows.count("record"), 3);
});

test("with the key in memory what waits is sent as always, and then the tablet is emptied", async () => {
  const { takenOut, sent, store } = await tablet({ waiting: 1, cold: false });
  assert.equal(await takenOut.follow("now"), false);
  assert.deepEqual(sent, []);
  const [row] = await store.all("record");
  await put(store, "record", { ...row, waiting: undefined });
  assert.equal(await takenOut.follow("now"), true);
});

test("a retired tablet keeps its drafts until they are done", async () => {
  const { takenOut, left, store } = await tablet({ waiting: 0, drafts: 1, cold: false });
  assert.equal(await takenOut.follow("when_done"), false);
  assert.equal((await left())[1], 1);
  await store.write(["draft"], (change) => change.delete("draft", "d1"));
  assert.equal(await takenOut.follow("when_done"), true);
  assert.equal(await takenOut.follow(""), false);
});

test("a cold tablet with drafts sends its copy once, and not at every contact", async () => {
  const { takenOut, sent } = await tablet({ drafts: 1 });
  for (let time = 0; time < 3; time += 1) assert.equal(await takenOut.follow("when_done"), false);
  assert.equal(sent.length, 1);
});

test("the server is told again until it has heard that the store was emptied", async () => {
  const { takenOut, rows, sent } = await tablet({ waiting: 0 });
  await put(rows, "meta", { key: WIPED, value: { at: "", drafts: 0, told: false } });
  await takenOut.tell();
  await takenOut.tell();
  assert.deepEqual(sent.map(([path]) => path), ["/tablet/wiped"]);
});
