import assert from "node:assert/strict";
import test from "node:test";
import { ITERATIONS, MOST_TRIES } from "../../pwa/js/bundle.mjs";
import { Locked } from "../../pwa/js/encrypted_store.mjs";
import { enrolled, isSignedBy } from "./vault_fakes.mjs";
import { put, sealedRow } from "./fakes.mjs";

const DRAFT = { id: "d1", author: "s-amina", changed_at: "2026-11-21T14:05:00Z", raw: { note: "kept" } };
const AMINA = { staff: "s-amina", pin: "280461" };

async function withAmina(wish) {
  const house = await enrolled(wish);
  const page = house.page();
  assert.equal((await page.vault.signInFirst(AMINA)).problem, "");
  return { ...house, ...page };
}

test("the first time asks the server; from then on the PIN alone opens what was written, with the network cut", async () => {
  const { server, store, author, page } = await withAmina();
  assert.deepEqual(author.current, { id: "s-amina", name: "Amina Yusuf" });
  await put(store, "draft", DRAFT);
  server.down = true;
  const later = page();
  await assert.rejects(later.store.get("draft", "d1"), Locked);
  assert.deepEqual(await later.vault.people(), [{ id: "s-amina", name: "Amina Yusuf", role: "Carer" }]);
  assert.equal((await later.vault.unlock("s-amina", "280461")).ok, true);
  assert.deepEqual(await later.store.get("draft", "d1"), DRAFT);
  assert.equal(later.author.current.name, "Amina Yusuf");
});

test("a second person, signing in after a cold start, gets the same data key back from the server", async () => {
  const { store, page } = await withAmina();
  await put(store, "draft", DRAFT);
  const later = page();
  assert.equal((await later.vault.signInFirst({ staff: "s-ben", pin: "593817" })).ok, true);
  assert.deepEqual(await later.store.get("draft", "d1"), DRAFT);
});

test("what a person signs, the key the server was given proves", async () => {
  const { server, author, page } = await withAmina();
  const fresh = await author.sign("the sealed bytes – “whole”");
  const { staff, point } = server.keys.get(fresh.key);
  assert.equal(staff, "s-amina");
  assert.equal(await isSignedBy(point, "the sealed bytes – “whole”", fresh.signature), true);
  const later = page();
  await later.vault.unlock("s-amina", "280461");
  const again = await later.author.sign("other");
  assert.equal(await isSignedBy(point, "other", again.signature), true);
  assert.equal(await isSignedBy(point, "the sealed bytes", again.signature), false);
});

test("a lock takes the person away and keeps the tablet's key", async () => {
  const { store, author, vault } = await withAmina();
  vault.lock();
  assert.equal(author.current, null);
  assert.throws(() => author.sign);
  await put(store, "draft", DRAFT);
  assert.deepEqual(await store.get("draft", "d1"), DRAFT);
});

test("no PIN, name or key stands in the bundle, and it is wrapped as dearly as promised", async () => {
  const { rows } = await withAmina({ iterations: 0 });
  const [bundle] = await rows.all("bundle");
  assert.ok(bundle.iterations >= 600_000 && bundle.iterations === ITERATIONS);
  assert.doesNotMatch(JSON.stringify(bundle), /Amina|280461/);
  const names = ["certificate", "data_key", "iterations", "key", "pin_set_at", "plate", "point", "salt", "signing", "staff", "tablet", "tries", "wait_until"];
  assert.deepEqual(Object.keys(bundle).sort(), names);
  assert.equal((await rows.get("meta", "plate_key")).value.extractable, false);
});

test("ten wrong PINs take that bundle away and no other, with growing waits, and the draft stays", async () => {
  const { rows, store, vault, time, page } = await withAmina();
  await vault.signInFirst({ staff: "s-ben", pin: "593817" });
  await put(store, "draft", DRAFT);
  const waits = [];
  for (let number = 1; number < MOST_TRIES; number += 1) {
    const outcome = await vault.unlock("s-amina", "000000");
    assert.equal(outcome.problem, "wrong");
    waits.push(outcome.wait);
    if (outcome.wait) assert.equal((await vault.unlock("s-amina", "280461")).problem, "wait");
    await time.advance(outcome.wait * 1000);
  }
  assert.deepEqual(waits, [0, 0, 2, 4, 8, 16, 32, 60, 60]);
  assert.equal((await vault.unlock("s-amina", "000000")).problem, "removed");
  assert.equal((await vault.unlock("s-amina", "280461")).problem, "no_bundle");
  assert.deepEqual((await rows.all("bundle")).map((bundle) => bundle.staff), ["s-ben"]);
  const later = page();
  assert.equal((await later.vault.unlock("s-ben", "593817")).ok, true);
  assert.deepEqual(await later.store.get("draft", "d1"), DRAFT);
  assert.equal((await later.vault.signInFirst(AMINA)).ok, true);
});

test("a try is counted before it is made: a page that is killed in the middle wins nothing", async () => {
  const { rows, page } = await withAmina();
  const killed = page();
  killed.store.get = () => new Promise(() => {}); // the page never gets as far as opening the bundle
  killed.vault.unlock("s-amina", "000000");
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal((await rows.get("bundle", "s-amina")).tries, 1);
});

test("the right PIN sets the count back", async () => {
  const { rows, vault } = await withAmina();
  await vault.unlock("s-amina", "000000");
  await vault.unlock("s-amina", "280461");
  assert.equal((await rows.get("bundle", "s-amina")).tries, 0);
});

test("a first PIN must be changed, and the changed one opens the bundle", async () => {
  const { server, page } = await enrolled();
  server.first.add("s-amina");
  const { vault } = page();
  assert.equal((await vault.signInFirst(AMINA)).problem, "must_change");
  assert.equal((await vault.signInFirst({ ...AMINA, newPin: "739150" })).ok, true);
  server.down = true;
  assert.equal((await page().vault.unlock("s-amina", "280461")).problem, "wrong");
  assert.equal((await page().vault.unlock("s-amina", "739150")).ok, true);
});

test("a changed PIN opens the same key and rows, the old one no longer", async () => {
  const { server, store, vault, page, rows } = await withAmina();
  await put(store, "draft", DRAFT);
  const { key } = await rows.get("bundle", "s-amina");
  assert.equal((await vault.changePin({ pin: "111999", newPin: "739150" })).problem, "wrong");
  assert.equal((await vault.changePin({ pin: "280461", newPin: "739150" })).ok, true);
  await vault.dropStale([{ id: "s-amina", pin_set_at: server.setAt }]);
  server.down = true;
  const later = page();
  assert.equal((await later.vault.unlock("s-amina", "280461")).problem, "wrong");
  assert.equal((await later.vault.unlock("s-amina", "739150")).ok, true);
  assert.deepEqual(await later.store.get("draft", "d1"), DRAFT);
  assert.equal((await rows.get("bundle", "s-amina")).key, key);
});

test("without an answer from the server a PIN stays as it was", async () => {
  const { server, vault, page } = await withAmina();
  server.down = true;
  assert.equal((await vault.changePin({ pin: "280461", newPin: "739150" })).problem, "offline");
  assert.equal((await page().vault.unlock("s-amina", "280461")).ok, true);
});

test("the bundle of a leaver goes, and of somebody with a newer PIN; drafts, records and the data key stay", async () => {
  const { rows, store, author, vault, page, server } = await withAmina();
  await vault.signInFirst({ staff: "s-ben", pin: "593817" });
  await put(store, "draft", DRAFT);
  await vault.dropStale([{ id: "s-amina", pin_set_at: server.setAt }, { id: "s-ben", pin_set_at: server.setAt }]);
  assert.equal((await rows.all("bundle")).length, 2);
  await vault.dropStale([{ id: "s-amina", pin_set_at: "2026-11-21T15:00:00Z" }, { id: "s-ben", pin_set_at: server.setAt }]);
  assert.deepEqual((await rows.all("bundle")).map((bundle) => bundle.staff), ["s-ben"]);
  assert.equal(author.current.id, "s-ben");
  await vault.dropStale([]);
  assert.deepEqual([await rows.all("bundle"), author.current], [[], null]);
  const later = page();
  assert.equal((await later.vault.signInFirst(AMINA)).ok, true);
  assert.deepEqual(await later.store.get("draft", "d1"), DRAFT);
});

test("a second person signs once without taking the tablet", async () => {
  const { server, author, vault } = await withAmina();
  await vault.signInFirst({ staff: "s-ben", pin: "593817" });
  await vault.unlock("s-amina", "280461");
  assert.equal((await vault.signerFor("s-ben", "000000")).problem, "wrong");
  const { sign } = await vault.signerFor("s-ben", "593817");
  const { key, signature } = await sign("body");
  assert.equal(server.keys.get(key).staff, "s-ben");
  assert.equal(await isSignedBy(server.keys.get(key).point, "body", signature), true);
  assert.equal(author.current.id, "s-amina");
});

test("after an enrolment anew everybody signs in again, and the rows are still under the same key", async () => {
  const { rows, store, page, server } = await withAmina();
  await put(store, "draft", DRAFT);
  const before = await rows.get("meta", "recovery");
  await put(rows, "meta", { key: "tablet", value: { id: "t2", name: "Oak", unit: "oak", service: { id: "larch", name: "Larch House" } } });
  const later = page();
  assert.deepEqual(await later.vault.people(), []);
  assert.equal((await later.vault.unlock("s-amina", "280461")).problem, "no_bundle");
  assert.equal((await later.vault.signInFirst({ staff: "s-ben", pin: "593817" })).ok, true);
  assert.deepEqual(await later.store.get("draft", "d1"), DRAFT);
  assert.deepEqual(await rows.get("meta", "recovery"), before);
  server.down = true;
  assert.equal((await page().vault.unlock("s-ben", "593817")).ok, true);
});

test("a tablet from before encryption makes its key at the first contact, and only one tab makes it", async () => {
  const { rows, page } = await enrolled();
  const [one, two] = [page(), page()];
  const made = await Promise.all([one.vault.ensureKey(), two.vault.ensureKey()]);
  assert.deepEqual(made.sort(), [false, true]);
  assert.equal((await rows.get("meta", "recovery")).value.tablet, "t1");
  assert.equal(await page().vault.ensureKey(), false);
});

test("a tablet from before encryption that was taken out of use meanwhile still gives what it holds in clear", async () => {
  const { rows, server, page } = await enrolled();
  await put(rows, "draft", DRAFT);
  const { store, vault } = page();
  server.revoked = true;
  assert.equal(await vault.ensureKey(), true);
  await put(store, "draft", { ...DRAFT, changed: 1 });
  assert.deepEqual(await rows.get("draft", "d1"), { ...DRAFT, changed: 1 });
  assert.equal(await rows.get("meta", "recovery"), undefined);
});

test("offline, nobody who was never here gets in, and is told why", async () => {
  const { server, vault } = await withAmina();
  server.down = true;
  assert.equal((await vault.signInFirst({ staff: "s-ben", pin: "593817" })).problem, "offline");
  assert.equal((await vault.staffHere()).problem, "offline");
});

test("a slow sign-in takes the tablet from nobody who came since, and opens none that was locked meanwhile", async () => {
  const { server, author, vault } = await withAmina();
  vault.lock();
  const ben = { staff: "s-ben", pin: "593817" };
  let letThrough;
  server.hold = new Promise((resolve) => { letThrough = resolve; });
  const slow = vault.signInFirst(ben);
  assert.equal((await vault.unlock("s-amina", "280461")).ok, true);
  letThrough();
  assert.equal((await slow).problem, "overtaken");
  assert.equal(author.current.id, "s-amina");
  const late = vault.unlock("s-amina", "280461");
  vault.lock();
  assert.equal((await late).ok, false);
  assert.equal(author.current, null);
  assert.equal((await vault.unlock("s-ben", "593817")).ok, true);
});

/** Found again after it was reported lost, or come from another service: the server opens what it holds for nobody. */
async function shutStore() {
  const house = await withAmina();
  await put(house.store, "record", sealedRow(1), sealedRow(2, { waiting: undefined, receipt: { status: "stored", position: 1 } }));
  await put(house.store, "reference", { kind: "person", id: "p1", name: "Zebulon" });
  house.server.shut.add((await house.rows.get("meta", "recovery")).value.text);
  await put(house.rows, "meta", { key: "tablet", value: { id: "t2", name: "Oak", service: { id: "larch", name: "Larch House" } } });
  return house;
}

const BEN = { staff: "s-ben", pin: "593817" };

test("a store that opens for nobody who works here begins anew, once the server has every record of it", async () => {
  const { server, store, rows, page } = await shutStore();
  const cold = page();
  server.takes = false;
  assert.equal((await cold.vault.signInFirst(BEN)).problem, "no_key");
  assert.equal(await rows.count("record"), 2);
  server.takes = true;
  assert.equal((await cold.vault.signInFirst({ ...BEN, pin: "111999" })).problem, "wrong");
  assert.equal(await rows.count("record"), 2);
  assert.equal((await cold.vault.signInFirst(BEN)).problem, "");
  assert.deepEqual([await rows.count("record"), await rows.count("reference")], [0, 0]);
  await put(cold.store, "draft", DRAFT);
  assert.deepEqual(await cold.store.get("draft", "d1"), DRAFT);
  assert.deepEqual((await page().vault.people()).map(({ id }) => id), ["s-ben"]);
  await assert.rejects(put(store, "draft", { ...DRAFT, id: "d2" }), { name: "NotSaved" }); // another tab, with the old key
  const later = page();
  assert.equal((await later.vault.unlock("s-ben", "593817")).ok, true);
  assert.deepEqual(await later.store.get("draft", "d1"), DRAFT);
});

test("a server that opens no store at all is asked twice and no more", async () => {
  const { server, page } = await withAmina();
  let asked = 0;
  server.shut.has = () => ++asked > 0 && asked < 20;
  assert.equal((await page().vault.signInFirst(BEN)).problem, "no_key");
  assert.equal(asked, 2);
});

test("with a draft in it, only somebody who was here before opens it, and nothing goes", async () => {
  const { store, rows, page } = await shutStore();
  await put(store, "draft", DRAFT);
  const cold = page();
  assert.equal((await cold.vault.signInFirst(BEN)).problem, "no_key");
  assert.deepEqual([await rows.count("record"), await rows.count("draft")], [2, 1]);
  assert.equal((await cold.vault.signInFirst(AMINA)).problem, "");
  assert.deepEqual(await cold.store.get("draft", "d1"), DRAFT);
});
