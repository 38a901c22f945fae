import assert from "node:assert/strict";
import test from "node:test";
import { classify, plainReason } from "../../pwa/js/classify.mjs";

const MEANINGS = ["answered", "retry", "sign_in", "attention", "too_large"];
const STATUSES = Array.from({ length: 500 }, (_, place) => place + 100);

test("every status from 100 to 599 has exactly one meaning, with and without our JSON", () => {
  for (const status of STATUSES) {
    for (const json of [true, false]) assert.ok(MEANINGS.includes(classify({ status, json }, 201)), `${status} ${json}`);
  }
});

test("only 201 with our JSON is an answer to a push", () => {
  const answered = STATUSES.flatMap((status) => [true, false].map((json) => [status, json])).filter(([status, json]) => classify({ status, json }, 201) === "answered");
  assert.deepEqual(answered, [[201, true]]);
});

test("a captive portal's page is a retry, whatever its status says", () => {
  for (const status of [200, 201, 202, 301, 302, 307, 400, 403, 404]) assert.equal(classify({ status, json: false }, 201), "retry", String(status));
});

test("no answer at all is a retry", () => {
  assert.equal(classify(null, 201), "retry");
});

test("408, 425, 429 and every 5xx but 511 are tried again", () => {
  for (const status of [408, 421, 423, 425, 429, ...STATUSES.filter((each) => each >= 500 && each !== 511)]) {
    assert.equal(classify({ status, json: true }, 201), "retry", String(status));
  }
});

test("401, 407 and 511 ask for sign-in", () => {
  assert.deepEqual(STATUSES.filter((status) => classify({ status, json: true }, 201) === "sign_in"), [401, 407, 511]);
});

test("413 asks for smaller batches", () => {
  assert.deepEqual(STATUSES.filter((status) => classify({ status, json: true }, 201) === "too_large"), [413]);
});

test("every other refusal by our server is kept and shown to a person", () => {
  const expected = STATUSES.filter((status) => status >= 400 && status < 500 && ![401, 407, 408, 413, 421, 423, 425, 429].includes(status));
  assert.deepEqual(STATUSES.filter((status) => classify({ status, json: true }, 201) === "attention"), expected);
});

test("every meaning has a reason in plain words that never says the record is gone", () => {
  for (const status of [0, 200, 403, 413, 429, 503]) {
    for (const meaning of MEANINGS) assert.match(plainReason(meaning, status), /(kept|again|lost)/i);
  }
});
