// A tablet with a vault, and a server that knows PINs, makes certificates and opens recovery blobs.

import { Author } from "../../pwa/js/author.mjs";
import { EncryptedStore } from "../../pwa/js/encrypted_store.mjs";
import { TakenOut } from "../../pwa/js/taken_out.mjs";
import { Vault } from "../../pwa/js/vault.mjs";
import { fromBase64, toBase64, utf8 } from "../../pwa/js/bytes.mjs";
import { sha256 } from "../../pwa/js/digest.mjs";
import { FakeLocks, FakeTime, MemoryStore, answer, fakeClock, put, receiptFor } from "./fakes.mjs";

const CURVE = { name: "ECDH", namedCurve: "P-256" };
const PAIR = await crypto.subtle.generateKey(CURVE, false, ["deriveBits"]);
const RECOVERY_KEY = toBase64(await crypto.subtle.exportKey("raw", PAIR.publicKey));
export const TABLET = { id: "t1", name: "Oak", unit: "oak", service: { id: "larch", name: "Larch House" } };

/** What the server does with a tablet's people. `down` cuts the network, `hold` is waited for before each answer. */
export class FakeServer {
  down = false;
  hold = null;
  revoked = false;
  /** Recovery blobs that it does not open: of a tablet that was lost, or of another service. */
  shut = new Set();
  /** Whether it takes in a copy. */
  takes = true;
  pins = new Map([["s-amina", "280461"], ["s-ben", "593817"]]);
  names = new Map([["s-amina", "Amina Yusuf"], ["s-ben", "Ben Carter"]]);
  first = new Set();
  setAt = "2026-11-20T09:00:00Z";
  keys = new Map();

  fetch = async (path, { method, body = "null" }) => {
    if (this.down) throw new TypeError("no network");
    await this.hold;
    const asked = JSON.parse(body);
    if (path === "/tablet/rescue") return this.takes ? answer(201, { receipts: asked.rows.map((row) => receiptFor({ body: JSON.stringify(row), sha256: row.sha256 }, { status: "held", record: row.record })) }) : answer(422, { detail: "No." });
    if (this.revoked) return answer(403, { code: "tablet_revoked", wipe: "when_done" });
    if (path === "/tablet/identity") return answer(200, { server: { signing_key: "", recovery_key: RECOVERY_KEY } });
    if (path === "/tablet/staff") return answer(200, { staff: [...this.names].map(([id, name]) => ({ id, name, role: "Carer", pin: this.first.has(id) ? "first" : "set" })) });
    if (this.pins.get(asked.staff) !== asked.pin) return answer(422, { code: "wrong_pin" });
    if (path === "/tablet/pin") return this.#changePin(asked);
    if (this.first.has(asked.staff) && !asked.new_pin) return answer(409, { code: "pin_must_change" });
    if (this.shut.has(asked.recovery)) return answer(422, { code: "recovery_unreadable" });
    return this.#signIn(asked, method);
  };

  #changePin({ staff, new_pin }) {
    this.pins.set(staff, new_pin);
    this.setAt = "2026-11-21T15:00:00Z";
    return answer(200, { pin_set_at: this.setAt });
  }

  async #signIn({ staff, new_pin, key, recovery }) {
    if (new_pin) {
      this.pins.set(staff, new_pin);
      this.first.delete(staff);
    }
    const point = fromBase64(key);
    const id = await sha256(point);
    this.keys.set(id, { staff, point });
    const data_key = recovery ? toBase64(await openBlob(recovery)) : "";
    return answer(201, { staff, name: this.names.get(staff), role: "Carer", key: id, certificate: { text: `key of ${staff}`, signature: "" }, pin_set_at: this.setAt, data_key });
  }
}

/** A tablet just enrolled. `page()` opens the app on it afresh, as a reload would. */
export async function enrolled({ iterations = 1000 } = {}) {
  const rows = new MemoryStore();
  const server = new FakeServer();
  const time = new FakeTime();
  await put(rows, "meta", { key: "tablet", value: TABLET });
  const page = () => {
    const store = new EncryptedStore(rows);
    const author = new Author(() => {});
    const clock = fakeClock(time);
    const takenOut = new TakenOut({ store, fetch: server.fetch, clock, onWiped: () => {} });
    const vault = new Vault({ store, fetch: server.fetch, locks: new FakeLocks(), clock, author, iterations: iterations || undefined, beginAnew: () => takenOut.beginAnew() });
    return { store, author, vault };
  };
  return { rows, server, time, page };
}

/** What the server's holder does with a recovery blob. */
export async function openBlob(text) {
  const { tablet, ephemeral, iv, sealed } = JSON.parse(text);
  const theirs = await crypto.subtle.importKey("raw", fromBase64(ephemeral), CURVE, false, []);
  const shared = await crypto.subtle.deriveBits({ name: "ECDH", public: theirs }, PAIR.privateKey, 256);
  const base = await crypto.subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
  const key = await crypto.subtle.deriveKey({ name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info: utf8("sightline recovery 1") }, base, { name: "AES-GCM", length: 256 }, false, ["decrypt"]);
  return new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv: fromBase64(iv), additionalData: utf8(tablet) }, key, fromBase64(sealed)));
}

/** Whether a signature over a text is by this public point. */
export async function isSignedBy(point, text, signature) {
  const key = await crypto.subtle.importKey("raw", point, { name: "ECDSA", namedCurve: "P-256" }, false, ["verify"]);
  return crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, fromBase64(signature), utf8(text));
}
