import assert from "node:assert/strict";
import test from "node:test";
import { healthOf, readHealth } from "../../pwa/js/health.mjs";
import { aboutTablet } from "../../pwa/js/push.mjs";
import { space } from "../../pwa/js/storage.mjs";

test("what is not known is left out, what is known is rounded so that it changes seldom", () => {
  assert.deepEqual(healthOf({}), {});
  const known = { keep: "kept", usage: 1_200_000, quota: 1_234_000_000, reading: { offset: 303_000, bound: 200 }, people: 0, drafts: 2, witness: 41 };
  assert.deepEqual(healthOf(known), { keep: "kept", used: 2, free: 1200, skew: 305, people: 0, drafts: 2, witness: 41 });
});

test("a clock that is off by no more than can be known agrees", () => {
  assert.equal(healthOf({ reading: { offset: -2_500, bound: 2_000 } }).skew, 0);
  assert.equal(healthOf({ reading: { offset: -600_000, bound: 2_000 } }).skew, -600);
  assert.equal("skew" in healthOf({ reading: null }), false);
});

test("how the tablet is goes along with what it says of itself, within the length the server reads", () => {
  const health = healthOf({ keep: "may be cleared", usage: 9e11, quota: 9e12, reading: { offset: -9e12, bound: 1 }, people: 999, drafts: 9999, witness: 999_999_999 });
  const said = aboutTablet("b1", [], health)["Sightline-Health"];
  assert.deepEqual(JSON.parse(said), health);
  assert.ok(said.length <= 300);
  assert.equal("Sightline-Health" in aboutTablet("b1", []), false);
});

test("a browser that will not say how full it is keeps no app from starting, and no screen from opening", async () => {
  const shy = { estimate: async () => { throw new TypeError("not here"); } };
  const app = { store: { count: async () => 1, get: async () => undefined }, clock: { reading: null }, live: { state: { keep: "" } } };
  assert.deepEqual(await readHealth(app, shy), { people: 1, drafts: 1, witness: 0 });
  assert.equal(await space(shy), null);
});
