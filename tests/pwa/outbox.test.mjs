import assert from "node:assert/strict";
import test from "node:test";
import { keyOf, provesDelivery, receiptWords, stateOf, summary } from "../../pwa/js/outbox.mjs";
import { receiptFor, sealedRow } from "./fakes.mjs";

const NOW = Date.parse("2026-11-21T15:00:00Z");
const row = sealedRow(5);

test("a sealed record waits until it has a receipt", () => {
  assert.equal(stateOf(row), "waiting");
  assert.equal(stateOf(row, new Set([keyOf(row)])), "sending");
  assert.equal(stateOf({ ...row, attempt: { meaning: "retry" } }), "waiting");
  assert.equal(stateOf({ ...row, attempt: { meaning: "attention" } }), "attention");
});

test("each receipt status has its state", () => {
  for (const [status, state] of [["stored", "delivered"], ["duplicate", "delivered"], ["held", "held"], ["conflict", "conflict"]]) {
    assert.equal(stateOf({ ...row, receipt: { status } }), state);
  }
});

test("a receipt proves delivery only for the same record, version and digest", () => {
  const good = receiptFor(row);
  assert.ok(provesDelivery(good, row));
  for (const wrong of [
    { status: "corrupt" }, { status: "constructor" }, { record: "x" }, { version: 2 }, { sha256: "f".repeat(64) }, { seq: 0 }, { seq: "7" },
  ]) {
    assert.ok(!provesDelivery({ ...good, ...wrong }, row), JSON.stringify(wrong));
  }
  for (const nothing of [null, "stored", 7]) assert.ok(!provesDelivery(nothing, row));
});

test("a body the server could not read is held by its digest alone", () => {
  const unread = receiptFor(row, { status: "held", record: "", version: 0, held_for: "unreadable" });
  assert.ok(provesDelivery(unread, row));
  assert.ok(!provesDelivery({ ...unread, sha256: "f".repeat(64) }, row));
  assert.ok(!provesDelivery(receiptFor(row, { record: "", version: 0 }), row));
});

test("the summary counts and names the oldest", () => {
  assert.equal(summary([sealedRow(9), sealedRow(5), sealedRow(7)], NOW).words, "3 waiting, oldest 14:05");
  assert.equal(summary([], NOW).words, "Nothing waiting to send");
});

test("the summary of records from another day names the day", () => {
  const old = sealedRow(1, { sealed_at: "2026-11-19T08:30:00Z" });
  assert.equal(summary([old], NOW).words, "1 waiting, oldest Thu 19 Nov, 08:30");
});

test("a receipt is read out with its time and number", () => {
  assert.equal(receiptWords({ received_at: "2026-11-21T14:07:00Z", seq: 1284 }), "Received 14:07, number 1284");
  assert.equal(receiptWords(null), "");
});
