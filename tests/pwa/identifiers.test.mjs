import assert from "node:assert/strict";
import test from "node:test";
import { NO_PREVIOUS, byteLength, sha256 } from "../../pwa/js/digest.mjs";
import { newIdentifier } from "../../pwa/js/identifiers.mjs";

test("an identifier is a UUID version 7 that begins with the time", () => {
  const made = newIdentifier(0x0123456789ab, (bytes) => bytes.fill(0xff));
  assert.equal(made, "01234567-89ab-7fff-bfff-ffffffffffff");
});

test("ten thousand identifiers of the same millisecond differ", () => {
  const made = new Set(Array.from({ length: 10_000 }, () => newIdentifier(1_780_000_000_000)));
  assert.equal(made.size, 10_000);
  for (const each of made) assert.match(each, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test("later identifiers sort after earlier ones", () => {
  const made = [1, 2, 300, 70_000, 1_780_000_000_000].map((wall) => newIdentifier(wall));
  assert.deepEqual([...made].sort(), made);
});

test("the digest is of the UTF-8 bytes", async () => {
  assert.equal(await sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  assert.equal(await sha256("é"), "4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c");
  assert.equal(byteLength("é👍"), 6);
  assert.equal(NO_PREVIOUS.length, 64);
});
