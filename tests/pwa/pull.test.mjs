import assert from "node:assert/strict";
import test from "node:test";
import { Pull } from "../../pwa/js/pull.mjs";
import { headerOf, lookAt } from "../../pwa/js/witness.mjs";
import { MemoryStore, answer, fakeClock, put, receiptFor, sealedRow } from "./fakes.mjs";
import { FakeLog } from "./log.mjs";

const person = (id, extra = {}) => ({ kind: "person", id, deleted: 0, body: { id, initials: "M.T.", place: "Room 4", unit: "oak" }, ...extra });
const page = (changes, cursor, more = 0, epoch = "e1") => answer(200, { changes, cursor, more, epoch, server_time_ms: 1_780_000_000_000 });

function tablet(...answers) {
  const store = new MemoryStore();
  const paths = [];
  const fetch = async (path, request) => {
    paths.push(path);
    const next = answers.shift();
    return typeof next === "function" ? next(request) : next;
  };
  return { store, paths, pull: new Pull({ store, fetch, clock: fakeClock() }) };
}

test("pages are followed to the end and the cursor is kept", async () => {
  const { store, paths, pull } = tablet(page([person("a")], "c1", 1), page([person("b")], "c2"));
  const outcome = await pull.pass();
  assert.equal(outcome.changed, true);
  assert.equal(outcome.epoch, "e1");
  assert.deepEqual(paths, ["/sync/changes?cursor=", "/sync/changes?cursor=c1"]);
  assert.equal((await store.get("meta", "cursor")).value, "c2");
  assert.equal(await store.count("reference"), 2);
});

test("rows and cursor come together or not at all", async () => {
  const { store, pull } = tablet(page([person("a")], "c1"));
  store.failNext = new Error("disk full");
  await assert.rejects(pull.pass());
  assert.equal(await store.get("meta", "cursor"), undefined);
  assert.equal(await store.count("reference"), 0);
});

test("a tombstone takes its row away", async () => {
  const { store, pull } = tablet(page([person("a"), person("b")], "c1"), page([person("a", { deleted: 1, body: {} })], "c2"));
  await pull.pass();
  await pull.pass();
  assert.deepEqual((await store.all("reference")).map((row) => row.id), ["b"]);
});

test("a refused cursor starts again, and what the new list lacks is gone", async () => {
  const { store, paths, pull } = tablet(page([person("a")], "c1"), answer(409, { code: "cursor_refused" }), page([person("b")], "n1"));
  await pull.pass();
  await pull.pass();
  assert.deepEqual(paths.slice(1), ["/sync/changes?cursor=c1", "/sync/changes?cursor="]);
  assert.deepEqual((await store.all("reference")).map((row) => row.id), ["b"]);
});

test("a tablet out of use keeps its list and is told so", async () => {
  const { store, pull } = tablet(page([person("a")], "c1"), answer(403, { code: "tablet_revoked" }));
  await pull.pass();
  assert.equal((await pull.pass()).meaning, "revoked");
  assert.equal(await store.count("reference"), 1);
});

test("a failed pull keeps the old list and says why", async () => {
  const { store, pull } = tablet(page([person("a")], "c1"), answer(503, {}));
  await pull.pass();
  const outcome = await pull.pass();
  assert.equal(outcome.meaning, "retry");
  assert.match(outcome.reason, /try again/);
  assert.equal(await store.count("reference"), 1);
});

test("a portal's page is no list", async () => {
  const { store, pull } = tablet(answer(200, "<html>"));
  assert.equal((await pull.pass()).meaning, "retry");
  assert.equal(await store.get("meta", "cursor"), undefined);
});

test("after a new epoch, what the server lost waits again and the rest does not", async () => {
  const rows = [1, 2, 3].map((seq) => {
    const { waiting, ...row } = sealedRow(seq);
    return { ...row, receipt: receiptFor(row) };
  });
  const lost = rows[1];
  let asked;
  const { store, pull } = tablet((request) => {
    asked = JSON.parse(request.body).records;
    return answer(200, { missing: [{ record: lost.record, version: 1 }], epoch: "e2", server_time_ms: 1_780_000_000_000 });
  });
  await put(store, "record", ...rows);
  assert.deepEqual(await pull.offerAgain("e2"), { meaning: "answered", missing: 1 });
  assert.deepEqual(asked[0], { record: rows[0].record, version: 1, sha256: rows[0].sha256 });
  const waiting = await store.all("record", { index: "waiting" });
  assert.deepEqual(waiting.map((row) => row.record), [lost.record]);
  assert.equal(waiting[0].lost_receipts.length, 1);
  assert.equal((await store.get("meta", "epoch")).value, "e2");
});

test("more receipts than one question holds are offered in several, and an end between two forgets nothing", async () => {
  const rows = Array.from({ length: 1001 }, (_, place) => {
    const { waiting, ...row } = sealedRow(place + 1);
    return { ...row, receipt: receiptFor(row) };
  });
  const asked = [];
  const had = (missing) => (request) => {
    asked.push(JSON.parse(request.body).records.map((one) => one.record));
    return answer(200, { missing, epoch: "e2", server_time_ms: 1_780_000_000_000 });
  };
  const { store, pull } = tablet(had([]), answer(503, {}), had([]), (request) => {
    const [last] = JSON.parse(request.body).records;
    return had([{ record: last.record, version: 1 }])(request);
  });
  await put(store, "record", ...rows);
  assert.equal((await pull.offerAgain("e2")).meaning, "retry");
  assert.equal(await store.get("meta", "epoch"), undefined);
  assert.deepEqual(await pull.offerAgain("e2"), { meaning: "answered", missing: 1 });
  assert.deepEqual(asked.map((records) => records.length), [1000, 1000, 1]);
  assert.deepEqual(new Set(asked.slice(1).flat()), new Set(rows.map((row) => row.record)));
  assert.deepEqual((await store.all("record", { index: "waiting" })).map((row) => row.record), asked[2]);
  assert.equal((await store.get("meta", "epoch")).value, "e2");
});

test("the epoch is not remembered until every record was offered", async () => {
  const { store, pull } = tablet(answer(500, {}));
  const { waiting, ...row } = sealedRow(1);
  await put(store, "record", { ...row, receipt: receiptFor(row) });
  assert.equal((await pull.offerAgain("e2")).meaning, "retry");
  assert.equal(await store.get("meta", "epoch"), undefined);
});

test("a refused cursor keeps the old lists until the new ones are whole", async () => {
  const { store, pull } = tablet(page([person("a"), person("b")], "c1"), answer(409, { code: "cursor_refused" }), page([person("b")], "n1", 1), answer(503, {}),
    answer(409, { code: "cursor_refused" }), page([person("b")], "n1", 1), page([person("c")], "n2"));
  await pull.pass();
  await pull.pass();
  assert.deepEqual((await store.all("reference")).map((row) => row.id), ["a", "b"]);
  assert.equal((await store.get("meta", "cursor")).value, "c1");
  assert.equal((await pull.pass()).changed, true);
  assert.deepEqual((await store.all("reference")).map((row) => row.id), ["b", "c"]);
  assert.equal((await store.get("meta", "cursor")).value, "n2");
});

test("reading says too how much waits here, for the handover on other tablets", async () => {
  const store = new MemoryStore();
  await put(store, "record", sealedRow(1), sealedRow(2));
  let asked;
  const fetch = async (_path, request) => { asked = request; return page([], "c1"); };
  await new Pull({ store, fetch, clock: fakeClock(), build: () => "b1" }).pass();
  assert.deepEqual([asked.headers["Sightline-App"], asked.headers["Sightline-Waiting"], asked.headers["Sightline-Oldest"]], ["b1", "2", "2026-11-21T14:01:00Z"]);
});

test("a greeting says only that the server is there; a tablet out of use is told what to do with its store", async () => {
  const info = answer(200, { epoch: "e1", server_time_ms: 1_780_000_000_000 });
  const { store, paths, pull } = tablet(info, answer(200, { tablet: { id: "t1" } }), info, answer(403, { code: "tablet_revoked", wipe: "now" }), answer(200, "<p>Wi-Fi</p>"));
  assert.deepEqual(await pull.greet(), { meaning: "answered", reason: "", wipe: "" });
  const { meaning, wipe } = await pull.greet();
  assert.deepEqual([meaning, wipe], ["revoked", "now"]);
  assert.equal((await pull.greet()).meaning, "retry");
  assert.deepEqual(paths.slice(0, 2), ["/sync/info", "/tablet/identity"]);
  assert.equal(await store.get("meta", "cursor"), undefined);
});

test("the certificates of every key that was made here are shown to a restored server", async () => {
  const shown = [];
  const { store, pull } = tablet((request) => (shown.push(JSON.parse(request.body)), answer(200, { known: 2 })), answer(500, {}));
  assert.equal(await pull.offerKeys(), true);
  await put(store, "meta", { key: "certificates", value: [{ text: "a", signature: "s" }, { text: "b", signature: "s" }] });
  assert.equal(await pull.offerKeys(), true);
  assert.deepEqual(shown, [{ certificates: [{ text: "a", signature: "s" }, { text: "b", signature: "s" }] }]);
  assert.equal(await pull.offerKeys(), false);
});

test("the keys of many years are shown a hundred at a time, for the server takes no more at once", async () => {
  const shown = [];
  const take = (request) => (shown.push(JSON.parse(request.body).certificates.length), answer(200, { known: [] }));
  const { store, pull } = tablet(take, take, take);
  await put(store, "meta", { key: "certificates", value: Array.from({ length: 250 }, (_, place) => ({ text: `key ${place}`, signature: "s" })) });
  assert.equal(await pull.offerKeys(), true);
  assert.deepEqual(shown, [100, 100, 50]);
});

test("every reading names what was seen of the log, and its answer is looked at", async () => {
  const seen = [];
  const store = new MemoryStore();
  const fetch = async (path, request) => (seen.push(request.headers["Sightline-Checkpoint"]), answer(200, { changes: [], cursor: "c", more: 0, epoch: "e1", server_time_ms: 1_780_000_000_000, checkpoint: { text: "t" } }));
  const witness = { headers: async () => ({ "Sightline-Checkpoint": "7" }), look: async (given, headers) => void seen.push([given.checkpoint.text, headers["Sightline-Checkpoint"]]) };
  await new Pull({ store, fetch, clock: fakeClock(), witness }).pass();
  assert.deepEqual(seen, ["7", ["t", "7"]]);
});

test("a server that leaves the checkpoint out of what is read does not go unseen", async () => {
  const { store } = tablet();
  const log = new FakeLog(7);
  const told = [];
  let silent = false;
  await put(store, "meta", { key: "server_keys", value: { signing_key: log.key, recovery_key: "" } });
  const fetch = async (path, { body, headers }) => {
    if (path === "/sync/witness") return (told.push(JSON.parse(body).kind), answer(204, ""));
    const given = silent ? {} : log.answer(Number(headers["Sightline-Checkpoint"] ?? 0));
    return answer(200, { changes: [], cursor: "c", more: 0, epoch: "e1", server_time_ms: 1_780_000_000_000, ...given });
  };
  const witness = { headers: () => headerOf(store), look: (given, headers) => lookAt({ store, fetch }, given, Number(headers["Sightline-Checkpoint"] ?? 0)) };
  const pull = new Pull({ store, fetch, clock: fakeClock(), witness });
  await pull.pass();
  assert.deepEqual(told.splice(0), []);
  silent = true;
  await pull.pass();
  assert.deepEqual(told, ["bad_signature"]);
});
