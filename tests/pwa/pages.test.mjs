import assert from "node:assert/strict";
import test from "node:test";
import { Aside } from "../../pwa/js/aside.mjs";
import { EncryptedStore } from "../../pwa/js/encrypted_store.mjs";
import { Recovery } from "../../pwa/js/recovery.mjs";
import { Reference, actionsFor, matches, personName } from "../../pwa/js/reference.mjs";
import { answeredSections, rawFrom } from "../../pwa/js/readback.mjs";
import { askToKeep, lookAfterCanary, noteWaiting, space } from "../../pwa/js/storage.mjs";
import { importKey } from "../../pwa/js/box.mjs";
import { inOrderPicked } from "../../pwa/js/fields.mjs";
import { CONDITIONS, codeIn, endEnrolment, enrol } from "../../pwa/js/enrolment.mjs";
import { placeOfApp } from "../../pwa/js/install.mjs";
import { routeOf } from "../../pwa/js/router.mjs";
import { FakeLocks, MemoryStore, answer, put } from "./fakes.mjs";

class Marks extends Map {
  getItem = (key) => this.get(key) ?? null;
  setItem = (key, value) => this.set(key, String(value));
  removeItem = (key) => this.delete(key);
}

const KEY = await importKey(new Uint8Array(32).fill(7));
const ID = "01a00000-0000-7000-8000-000000000001";
const sealed = (draft) => opened().sealed("draft", draft);

function opened(rows = new MemoryStore()) {
  const store = new EncryptedStore(rows);
  store.unlock(KEY);
  return store;
}

test("every address of ours leads to its screen, any other home", () => {
  for (const [path, screen] of [
    ["/tablet/", "home"], ["/tablet/enrol", "enrol"], ["/tablet/who/", "who"], ["/tablet/outbox", "outbox"], ["/tablet/this-tablet", "tablet"],
    [`/tablet/form/${ID}`, "form"], [`/tablet/form/${ID}/check`, "check"], [`/tablet/sent/${ID}/2`, "sealed"], ["/tablet/nowhere", "home"], ["/other", "home"],
  ]) {
    assert.equal(routeOf(path).screen, screen, path);
  }
  assert.deepEqual(routeOf(`/tablet/sent/${ID}/2`).parts, { record: ID, version: "2" });
});

test("a store that was wiped is noticed, with how much waited in it", async () => {
  const marks = new Marks();
  const first = await lookAfterCanary(new MemoryStore(), marks, "2026-11-20T10:00:00Z");
  assert.equal(first.wiped, false);
  noteWaiting(marks, 2, "2026-11-21T10:00:00Z");
  const after = await lookAfterCanary(new MemoryStore(), marks, "2026-11-22T10:00:00Z");
  assert.deepEqual(after, { wiped: true, since: "2026-11-21T10:00:00Z", waiting: 2 });
});

test("a store that is still there is left alone", async () => {
  const store = new MemoryStore();
  const marks = new Marks();
  await lookAfterCanary(store, marks, "2026-11-20T10:00:00Z");
  noteWaiting(marks, 2, "2026-11-21T10:00:00Z");
  assert.equal((await lookAfterCanary(store, marks, "2026-11-22T10:00:00Z")).wiped, false);
});

test("the browser is asked to keep the store, and its answer is told", async () => {
  assert.equal(await askToKeep(undefined), "unknown");
  assert.equal(await askToKeep({ persisted: async () => false, persist: async () => true }), "kept");
  assert.equal(await askToKeep({ persisted: async () => false, persist: async () => false }), "may be cleared");
  const refuses = async () => { throw new TypeError("not here"); };
  assert.equal(await askToKeep({ persisted: refuses, persist: refuses }), "unknown");
  assert.deepEqual(await space({ estimate: async () => ({ usage: 1_500_000, quota: 10_500_000 }) }), { usedMb: 1.5, freeMb: 9 });
  assert.equal(await space(undefined), null);
});

test("a lost store blocks the screen, sets the draft aside and loads the page again, three times at most", async () => {
  const session = new Marks();
  const told = [];
  let reloads = 0;
  const draft = { id: ID, version: 1, changed_at: "2026-11-21T10:00:00Z", raw: { note: "a" } };
  const recovery = new Recovery({ aside: session, reload: () => { reloads += 1; }, block: (words, final) => told.push(final), unsavedDraft: () => draft, sealed });
  for (let times = 0; times < 4; times += 1) await recovery.storeLost();
  assert.equal(reloads, 3);
  assert.deepEqual(told, [false, false, false, true]);
  draft.raw.note = "and b"; // typed before the page went
  await recovery.setAside();
  assert.doesNotMatch(session.getItem("sightline-draft-aside"), /and b/);
  const store = opened();
  assert.equal(await recovery.putBack(store.rows), ID);
  assert.deepEqual((await store.get("draft", ID)).raw, { note: "and b" });
  assert.equal(await recovery.putBack(store.rows), "");
});

test("a draft set aside does not come back over a newer one, nor after it was sealed", async () => {
  const session = new Marks();
  const old = { id: ID, version: 1, changed_at: "2026-11-21T10:00:00Z" };
  const recovery = new Recovery({ aside: session, reload() {}, block() {}, unsavedDraft: () => old, sealed });
  const newer = new MemoryStore();
  await put(newer, "draft", { ...old, changed_at: "2026-11-21T10:00:05Z" });
  await recovery.storeLost();
  await recovery.putBack(newer);
  assert.equal((await newer.get("draft", ID)).changed_at, "2026-11-21T10:00:05Z");
  const sealedStore = new MemoryStore();
  await put(sealedStore, "record", { record: ID, version: 1 });
  await recovery.storeLost();
  await recovery.putBack(sealedStore);
  assert.equal(await sealedStore.get("draft", ID), undefined);
});

test("what is typed while the draft is being set aside goes along", async () => {
  const session = new Marks();
  let draft = { id: ID, version: 1, changed_at: "2026-11-21T10:00:00Z", raw: { note: "a" } };
  const slow = async (row) => {
    const box = await sealed(row);
    if (row.raw.note === "a") draft = { ...draft, changed_at: "2026-11-21T10:00:01Z", raw: { note: "ab" } };
    return box;
  };
  const recovery = new Recovery({ aside: session, reload() {}, block() {}, unsavedDraft: () => draft, sealed: slow });
  await recovery.storeLost();
  const store = opened();
  await recovery.putBack(store.rows);
  assert.equal((await store.get("draft", ID)).raw.note, "ab");
});

test("what is set aside is there while either the session's storage or the history still has it", () => {
  const session = new Marks();
  const history = { state: { other: 1 }, replaceState(state) { this.state = state; } };
  const aside = new Aside(session, history);
  aside.setItem("a", "words");
  session.clear(); // the network process was killed
  assert.equal(aside.getItem("a"), "words");
  aside.setItem("a", "more");
  history.state = null; // somebody went to another screen
  assert.equal(aside.getItem("a"), "more");
  history.replaceState = () => { throw new Error("too often"); };
  aside.setItem("a", "last");
  assert.equal(aside.getItem("a"), "last");
  aside.removeItem("a");
  assert.equal(aside.getItem("a"), null);
});

test("what is set aside in the history leaves nothing of it behind, and the rest alone", () => {
  const history = { state: { other: 1 }, replaceState(state) { this.state = state; } };
  const aside = new Aside(new Marks(), history);
  aside.setItem("a", "words");
  aside.removeItem("a");
  assert.deepEqual([aside.getItem("a"), history.state], [null, { other: 1 }]);
});

test("an iPad's Safari tab is told apart from an installed app", () => {
  const ipad = { standalone: false, displayMode: false, agent: "Mozilla/5.0 (Macintosh; Intel Mac OS X)", touchPoints: 5 };
  assert.equal(placeOfApp(ipad), "ipad_tab");
  assert.equal(placeOfApp({ ...ipad, standalone: true }), "installed");
  assert.equal(placeOfApp({ ...ipad, touchPoints: 0 }), "browser_tab");
  assert.equal(placeOfApp({ ...ipad, agent: "Android", displayMode: true }), "installed");
});

test("enrolling keeps the tablet and starts its chain; a refusal keeps nothing", async () => {
  const store = new MemoryStore();
  await put(store, "meta", { key: "chain", value: { seq: 9, sha256: "x" } });
  const good = { tablet: { id: "t1", name: "Oak", unit: "oak" }, service: { id: "larch", name: "Larch House" } };
  const refused = await enrol({ fetch: async () => answer(404, {}), store, locks: new FakeLocks(), code: "x" });
  assert.match(refused.problem, /new one/);
  assert.equal((await store.get("meta", "chain")).value.seq, 9);
  const { tablet } = await enrol({ fetch: async () => answer(201, good), store, locks: new FakeLocks(), code: "abcd-2345" });
  assert.equal(tablet.service.name, "Larch House");
  assert.equal(await store.get("meta", "chain"), undefined);
  const offline = await enrol({ fetch: async () => { throw new TypeError(); }, store, locks: new FakeLocks(), code: "x" });
  assert.match(offline.problem, /network/);
});

test("what was ticked is sent with the code, and the keys that came back are those trusted from now on", async () => {
  const store = new MemoryStore();
  const sent = [];
  const server = { signing_key: "s", recovery_key: "r" };
  const good = { tablet: { id: "t1", name: "Oak", unit: "oak" }, service: { id: "larch", name: "Larch House" }, server, settings: { lock_seconds: 60 } };
  const fetch = async (path, request) => { sent.push(JSON.parse(request.body)); return answer(201, good); };
  await enrol({ fetch, store, locks: new FakeLocks(), code: " abcd-2345", conditions: CONDITIONS });
  assert.deepEqual(sent, [{ code: "ABCD-2345", conditions: ["encrypted", "screen_lock"] }]);
  assert.deepEqual((await store.get("meta", "server_keys")).value, server);
  assert.deepEqual((await store.get("meta", "settings")).value, { lock_seconds: 60 });
});

// As the server does: whoever was enrolled last is who this browser is, whatever it wrote down itself.
function enrolling(...answers) {
  const store = new MemoryStore();
  const asked = [];
  const fetch = async (path) => {
    asked.push(path);
    const next = answers.shift();
    if (!next) throw new TypeError("Failed to fetch");
    return next;
  };
  return { store, asked, parts: { fetch, store, locks: new FakeLocks() } };
}
const welcome = (id) => ({ tablet: { id, name: "Oak", unit: "oak" }, service: { id: "larch", name: "Larch House" }, server: { signing_key: "s" } });
const idOf = async (store) => (await store.get("meta", "tablet"))?.value.id;

test("a page that goes between the server's yes and its own writing is that tablet when it comes again", async () => {
  const { store, asked, parts } = enrolling(answer(201, welcome("t1")), answer(201, welcome("t2")), null, answer(200, "<html>"), answer(200, welcome("t2")));
  await enrol({ ...parts, code: "abcd-2345" });
  await put(store, "meta", { key: "chain", value: { seq: 9, sha256: "x" } });
  const { write } = store;
  let writes = 0;
  store.write = (...args) => ((writes += 1) === 2 ? Promise.reject(new Error("the page is gone")) : write.apply(store, args));
  assert.match((await enrol({ ...parts, code: "abcd-2346" })).problem, /could not save/);
  assert.equal(await idOf(store), "t1");
  await endEnrolment(parts);
  await endEnrolment(parts);
  assert.equal(await idOf(store), "t1", "neither the network's silence nor a portal's page says who this is");
  await endEnrolment(parts);
  assert.equal(await idOf(store), "t2");
  assert.equal(await store.get("meta", "chain"), undefined);
  await endEnrolment(parts);
  assert.equal(asked.filter((path) => path === "/tablet/identity").length, 3, "asked no more once it is known");
});

test("an enrolment that came to nothing leaves the tablet as it was, a lost store nobody's, and is asked after once", async () => {
  for (const [kept, said] of [["t1", answer(200, welcome("t1"))], [undefined, answer(204, null)], [undefined, answer(200, welcome("t0"))]]) {
    const { store, asked, parts } = enrolling(...(kept ? [answer(201, welcome(kept))] : []), null, said);
    if (kept) await enrol({ ...parts, code: "abcd-2345" });
    await put(store, "meta", { key: "chain", value: { seq: 9, sha256: "x" } });
    assert.match((await enrol({ ...parts, code: "abcd-2346" })).problem, /network/);
    await endEnrolment(parts);
    await endEnrolment(parts);
    assert.equal(await idOf(store), kept);
    assert.equal((await store.get("meta", "chain")).value.seq, 9);
    assert.equal(asked.filter((path) => path === "/tablet/identity").length, 1);
  }
});

test("a store with no room left starts all the same, and ends its enrolment when there is room", async () => {
  const { store, parts } = enrolling(answer(201, welcome("t1")), null, answer(200, welcome("t2")), answer(200, welcome("t2")));
  await enrol({ ...parts, code: "abcd-2345" });
  await enrol({ ...parts, code: "abcd-2346" });
  store.failNext = new Error("disk full");
  await endEnrolment(parts);
  assert.equal(await idOf(store), "t1");
  await endEnrolment(parts);
  assert.equal(await idOf(store), "t2");
});

test("a tablet that cannot write asks for no enrolment", async () => {
  const { store, asked, parts } = enrolling(answer(201, welcome("t1")));
  store.failNext = new Error("disk full");
  assert.match((await enrol({ ...parts, code: "abcd-2345" })).problem, /Make room/);
  assert.deepEqual(asked, []);
});

test("a code in the page's address is taken, anything else there is not", () => {
  assert.equal(codeIn("#abcd-2345"), "ABCD-2345");
  for (const other of ["", "#", "#main", "#ABCD-23456", "#<b>x</b>"]) assert.equal(codeIn(other), "");
});

test("lists are searched by every word typed", () => {
  assert.ok(matches("prac F1", "F1", "Practice observation"));
  assert.ok(!matches("prac F2", "F1", "Practice observation"));
  assert.ok(matches("", "anything"));
  assert.equal(personName({ initials: "M.T.", place: "Room 4" }), "M.T., Room 4");
});

test("a form offers the actions that share a theme with it", () => {
  const actions = [{ id: "a", themes: ["CO"] }, { id: "b", themes: ["ST", "MD"] }, { id: "c", themes: [] }];
  assert.deepEqual(actionsFor({ themes: ["MD"] }, actions).map((action) => action.id), ["b"]);
});

test("staff stay in the order they were picked", () => {
  assert.deepEqual(inOrderPicked(["b"], ["a", "b"]), ["b", "a"]);
  assert.deepEqual(inOrderPicked(["b", "a"], ["a"]), ["a"]);
});

test("sealed answers are shown in words and can be typed again", () => {
  const question = (id, kind, extra = {}) => ({ id, kind, number: "1", ask: id, options: [], special: [], unit: null, ...extra });
  const definition = { sections: [{ id: "s", title: "S", questions: [
    question("met", "standard", { options: [{ code: "no", label: "No", score: "not_met", concern: true }] }),
    question("count", "integer", { unit: "people" }), question("who", "staff"), question("blank", "text"),
  ] }] };
  const answers = { met: "no", count: 3, who: ["s1", "s9"] };
  const [section] = answeredSections(definition, answers, new Map([["s1", "Amina"]]));
  assert.deepEqual(section.rows.map((row) => row.text), ["No", "3 people", "Amina, s9"]);
  assert.deepEqual([section.rows[0].score, section.rows[0].concern], ["not_met", true]);
  assert.deepEqual(rawFrom(answers), { met: "no", count: "3", who: ["s1", "s9"] });
});

test("a timescale that a pull brings holds for the form that is open already", async () => {
  const store = new MemoryStore();
  const reference = new Reference(store);
  await put(store, "reference", { kind: "timescale", id: "urgent", minutes: 60, history: [["1900-01-01T00:00:00Z", 60]] });
  const open = await reference.timescales();
  await put(store, "reference", { kind: "timescale", id: "urgent", minutes: 30, history: [["1900-01-01T00:00:00Z", 60], ["2026-11-21T14:00:00Z", 30]] });
  await reference.timescales();
  assert.deepEqual([open(Date.parse("2026-11-21T13:59:59Z")), open(Date.parse("2026-11-21T14:00:00Z"))], [{ urgent: 60 }, { urgent: 30 }]);
});

test("what an earlier build set aside in clear is put back, to be encrypted with the rest", async () => {
  const store = new MemoryStore();
  const session = new Marks();
  session.setItem("sightline-draft-aside", JSON.stringify({ id: "d1", version: 1, author: "amina", changed_at: "2026-11-21T14:00:00Z" }));
  await new Recovery({ aside: session }).putBack(store);
  const later = opened(store);
  await later.encryptOld();
  assert.equal((await later.get("draft", "d1")).author, "amina");
  assert.equal((await store.get("draft", "d1")).author, undefined);
});
