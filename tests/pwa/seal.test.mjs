import assert from "node:assert/strict";
import test from "node:test";
import { NO_PREVIOUS, sha256 } from "../../pwa/js/digest.mjs";
import { buildBody, seal } from "../../pwa/js/seal.mjs";
import { newDraft } from "../../pwa/js/drafts.mjs";
import { MemoryStore, put } from "./fakes.mjs";

const HASH = "ab".repeat(32);
const TABLET = { id: "t1", name: "Oak", unit: "oak", service: { id: "larch", name: "Larch House" } };
const DEFINITION = { form: "practice_observation", version: 1, hash: HASH };
const STAMP = { wall: Date.parse("2026-11-21T14:05:09.700Z"), monotonic: 5120, boot: "boot-1", offset: [-1200, 40, 3000] };
const LABEL = { author: "amina", author_name: "Amina", title: "Practice observation", code: "F1", result: "met", concerns: 0, sealed_at: "2026-11-21T14:05:09Z" };

function draftOf(id = "01a00000-0000-7000-8000-000000000001") {
  const form = { form: "practice_observation", hash: HASH, code: "F1", title: "Practice observation" };
  return newDraft({ id, author: "amina", form, unit: "oak", wall: STAMP.wall });
}

function bodyFor(draft, link) {
  const answers = { happened_at: "2026-11-21T14:00:00Z", staff_observed: ["s1", "s2"], others_present: 2, went_well: "She chose – “blue”." };
  const bearings = [{ action: "act1", themes: ["CO"], bearing: "contradicts" }];
  return buildBody({ draft, definition: DEFINITION, tablet: TABLET, link, answers, bearings, stamp: STAMP, app: "build-1" });
}

test("the sealed bytes are exactly these", () => {
  const text = JSON.stringify(bodyFor(draftOf(), { seq: 1, previous: NO_PREVIOUS }));
  assert.equal(
    text,
    '{"protocol":1,"record":"01a00000-0000-7000-8000-000000000001","version":1,"reason":"","form":"practice_observation","form_version":1,' +
      `"form_hash":"${HASH}","service":"larch","unit":"oak","author":"amina","tablet":"t1","tablet_seq":1,"tablet_prev":"${NO_PREVIOUS}",` +
      '"happened_at":"2026-11-21T14:00:00Z","recorded_at":"2026-11-21T14:05:09Z","clock":{"wall":1795269909700,"monotonic":5120,"boot":"boot-1",' +
      '"offset":[-1200,40,3000]},"app":"build-1","answers":{"happened_at":"2026-11-21T14:00:00Z","staff_observed":["s1","s2"],"others_present":2,' +
      '"went_well":"She chose – “blue”."},"bearings":[{"action":"act1","themes":["CO"],"bearing":"contradicts"}],"lowered_to":"","lowered_reason":"",' +
      '"spawned_by":"","attachments":[],"begun_by":"","withdrawn":0,"audit":""}',
  );
});

test("a reason for lowering goes along only with a lowered result", () => {
  const draft = { ...draftOf(), lowered_to: "", lowered_reason: "left over" };
  assert.equal(bodyFor(draft, { seq: 1, previous: NO_PREVIOUS }).lowered_reason, "");
  assert.equal(bodyFor({ ...draft, lowered_to: "partly" }, { seq: 1, previous: NO_PREVIOUS }).lowered_reason, "left over");
});

test("half of a surrogate pair in a reason does not make the body unreadable", () => {
  const cut = { ...draftOf(), reason: "wrong room \ud83d", lowered_to: "partly", lowered_reason: "\ude00 late, whole \ud83d\ude00" };
  const body = bodyFor(cut, { seq: 1, previous: NO_PREVIOUS });
  assert.equal(body.reason, "wrong room \ufffd");
  assert.equal(body.lowered_reason, "\ufffd late, whole \ud83d\ude00");
});

test("sealing moves the draft into the outbox and the chain on by one", async () => {
  const store = new MemoryStore();
  const draft = draftOf();
  await put(store, "draft", draft);
  const row = await seal(store, (link) => bodyFor(draft, link), LABEL);
  assert.equal(await store.get("draft", draft.id), undefined);
  assert.equal(row.sha256, await sha256(row.body));
  assert.deepEqual((await store.get("meta", "chain")).value, { seq: 1, sha256: row.sha256 });
  assert.equal((await store.all("record", { index: "waiting" })).length, 1);
});

test("each record names the digest of the one before it", async () => {
  const store = new MemoryStore();
  const rows = [];
  for (let number = 1; number <= 3; number += 1) {
    const draft = draftOf(`01a00000-0000-7000-8000-00000000000${number}`);
    rows.push(await seal(store, (link) => bodyFor(draft, link), LABEL));
  }
  const bodies = rows.map((row) => JSON.parse(row.body));
  assert.deepEqual(bodies.map((body) => body.tablet_seq), [1, 2, 3]);
  assert.deepEqual(bodies.map((body) => body.tablet_prev), [NO_PREVIOUS, rows[0].sha256, rows[1].sha256]);
});

test("ten records sealed at once from two tabs still make one chain", async () => {
  const store = new MemoryStore();
  const rows = await Promise.all(Array.from({ length: 10 }, (_, place) => {
    const draft = draftOf(`01a00000-0000-7000-8000-0000000001${String(place).padStart(2, "0")}`);
    return seal(store, (link) => bodyFor(draft, link), LABEL);
  }));
  const inOrder = rows.map((row) => JSON.parse(row.body)).sort((a, b) => a.tablet_seq - b.tablet_seq);
  assert.deepEqual(inOrder.map((body) => body.tablet_seq), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  const digests = new Map(rows.map((row) => [row.tablet_seq, row.sha256]));
  for (const body of inOrder.slice(1)) assert.equal(body.tablet_prev, digests.get(body.tablet_seq - 1));
});

test("a double tap seals once", async () => {
  const store = new MemoryStore();
  const draft = draftOf();
  const [first, second] = await Promise.all([1, 2].map(() => seal(store, (link) => bodyFor(draft, link), LABEL)));
  assert.deepEqual(first, second);
  assert.equal(await store.count("record"), 1);
  assert.equal((await store.get("meta", "chain")).value.seq, 1);
});

test("when the store saved but could not say so, the second try finds the record and the draft is gone", async () => {
  const store = new MemoryStore();
  const draft = draftOf();
  await put(store, "draft", draft);
  const write = store.write.bind(store);
  store.write = async (...parts) => {
    await write(...parts);
    return write(...parts);
  };
  const row = await seal(store, (link) => bodyFor(draft, link), LABEL);
  assert.equal((await store.get("record", [draft.id, 1])).sha256, row.sha256);
  assert.equal(await store.get("draft", draft.id), undefined);
  await assert.rejects(seal(store, (link) => ({ ...bodyFor(draft, link), app: "other" }), LABEL), /saved already/);
});

test("a tablet enrolled anew while the record was made ready: the record is the new tablet's first", async () => {
  const store = new MemoryStore();
  await put(store, "meta", { key: "tablet", value: TABLET }, { key: "chain", value: { seq: 1, sha256: "a".repeat(64) } });
  const made = [];
  const row = await seal(store, (link, tablet) => {
    made.push(tablet.id);
    if (made.length === 1) {
      store.write(["meta"], async (change) => {
        await change.put("meta", { key: "tablet", value: { ...TABLET, id: "t2" } });
        await change.put("meta", { key: "chain", value: { seq: 1, sha256: "b".repeat(64) } });
      });
    }
    return { ...bodyFor(draftOf(), link), tablet: tablet.id };
  }, LABEL);
  assert.deepEqual(made, ["t1", "t2"]);
  assert.deepEqual([JSON.parse(row.body).tablet, JSON.parse(row.body).tablet_prev], ["t2", "b".repeat(64)]);
});

test("the author and who accepted sign the very bytes that are kept, also when the body was made anew", async () => {
  const store = new MemoryStore();
  const signed = [];
  const signer = (key) => async (text) => {
    if (signed.push(text) === 1) await put(store, "meta", { key: "chain", value: { seq: 1, sha256: "b".repeat(64) } });
    return { key, signature: await sha256(`${key}${text}`) };
  };
  const row = await seal(store, (link) => bodyFor(draftOf(), link), LABEL, [signer("amina"), signer("ben")]);
  assert.equal(row.tablet_seq, 2);
  assert.deepEqual(row.signatures, [{ key: "amina", signature: await sha256(`amina${row.body}`) }, { key: "ben", signature: await sha256(`ben${row.body}`) }]);
  assert.deepEqual((await store.get("record", [row.record, 1])).signatures, row.signatures);
});

test("when the store fails, the draft stays and the chain does not move", async () => {
  const store = new MemoryStore();
  const draft = draftOf();
  await put(store, "draft", draft);
  store.failNext = new Error("disk full");
  await assert.rejects(seal(store, (link) => bodyFor(draft, link), LABEL));
  assert.ok(await store.get("draft", draft.id));
  assert.equal(await store.get("meta", "chain"), undefined);
  assert.equal(await store.count("record"), 0);
});

test("what was made in practice has no body", () => {
  assert.throws(() => bodyFor({ ...draftOf(), practice: true }, { seq: 1, previous: NO_PREVIOUS }), /practice/);
});

test("the body names what it is for, who began it and its audit", () => {
  const body = bodyFor({ ...draftOf(), spawned_by: "r1/family", begun_by: "ben", audit: "a1" }, { seq: 1, previous: NO_PREVIOUS });
  assert.deepEqual([body.spawned_by, body.begun_by, body.audit, body.withdrawn], ["r1/family", "ben", "a1", 0]);
});
