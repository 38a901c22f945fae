/**
 * What a real tablet makes when nobody can unlock it again: reads {recovery_key, tablet, texts} from standard input, signs each text with
 * a key of its own, stores it encrypted, saves a copy, and writes {point, key, items, recovery, copy}. Run by tests/server/test_app_and_server.py.
 */

import { EncryptedStore } from "../../pwa/js/encrypted_store.mjs";
import { importKey } from "../../pwa/js/box.mjs";
import { newKeyPair, signer } from "../../pwa/js/signing.mjs";
import { recoveryBlob } from "../../pwa/js/recovery_blob.mjs";
import { sha256 } from "../../pwa/js/digest.mjs";
import { waitingCopy } from "../../pwa/js/export.mjs";
import { MemoryStore, fakeClock } from "./fakes.mjs";

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const { recovery_key, tablet, texts } = JSON.parse(Buffer.concat(chunks).toString("utf8"));

const dataKey = crypto.getRandomValues(new Uint8Array(32));
const recovery = await recoveryBlob(dataKey, recovery_key, tablet.id);
const { secret, point, key } = await newKeyPair();
const sign = await signer(secret, key);
const store = new EncryptedStore(new MemoryStore());
store.unlock(await importKey(dataKey));
const items = [];
for (const body of texts) {
  const { record, version, tablet_seq } = JSON.parse(body);
  const item = { body, sha256: await sha256(new TextEncoder().encode(body)), signatures: [await sign(body)] };
  items.push(item);
  const row = { ...item, record, version, tablet_seq, waiting: tablet_seq, sealed_at: "2026-11-16T08:05:00Z", receipt: null, attempt: null };
  await store.write(["record"], (change) => change.put("record", row));
}
await store.write(["meta"], async (change) => {
  await change.put("meta", { key: "tablet", value: tablet });
  await change.put("meta", { key: "recovery", value: { tablet: tablet.id, text: recovery } });
});
const { file } = await waitingCopy({ store, clock: fakeClock() });
process.stdout.write(JSON.stringify({ point, key, items, recovery, copy: file, data_key: Buffer.from(dataKey).toString("base64") }));
