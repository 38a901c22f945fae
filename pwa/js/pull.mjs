// What the tablet reads from the server: the changes to its lists, and which of its records the server still has.

import { NO_WITNESS, aboutTablet, lastNumber } from "./push.mjs";
import { classify, plainReason } from "./classify.mjs";
import { toInstant } from "./instants.mjs";

const TIMEOUT = 30_000;
const HAVE_AT_ONCE = 1000;
const KEYS_AT_ONCE = 100; // more would be larger than the server takes
/** The kind of row that remembers a due item which the server took back. */
export const SETTLED = "due_settled";

/** @typedef {{meaning: string, status: number, answer: object|null}} Reply */

export class Pull {
  #store;
  #fetch;
  #clock;
  #build;
  #health;
  #witness;

  /** @param {{store: object, fetch: typeof fetch, clock: object, build?: () => string, health?: () => object|null, witness?: object, onLearned?: (reading: object) => void}} parts */
  constructor({ store, fetch, clock, build = () => "", health = () => null, witness = NO_WITNESS, onLearned = () => {} }) {
    this.#store = store;
    this.#fetch = fetch;
    this.#clock = clock;
    this.#build = build;
    this.#health = health;
    this.#witness = witness;
    this.onLearned = onLearned;
  }

  /**
   * Brings the lists up to date. Rows and cursor are written in one transaction, so a cursor never runs ahead of its rows. When the
   * server refuses the cursor, the old lists stay until the new ones are whole.
   * @returns {Promise<{meaning: string, reason: string, changed: boolean, epoch: any, wipe: string}>} epoch is null without an answer
   */
  async pass() {
    let cursor = (await this.#store.get("meta", "cursor"))?.value ?? "";
    let startOver = cursor === "";
    let changed = false;
    let epoch = null;
    let held = null;
    for (;;) {
      const { meaning, status, answer } = await this.#ask("GET", `/sync/changes?cursor=${encodeURIComponent(cursor)}`, null, isChanges);
      if (status === 409 && answer?.code === "cursor_refused" && cursor !== "") {
        cursor = "";
        startOver = true;
        held = [];
        continue;
      }
      if (meaning !== "answered") return { meaning, reason: plainReason(meaning, status), changed, epoch, wipe: answer?.wipe ?? "" };
      ({ cursor, epoch } = answer);
      held?.push(...answer.changes);
      if (held && answer.more) continue;
      await this.#apply({ ...answer, changes: held ?? answer.changes }, startOver);
      changed ||= startOver || answer.changes.length > 0;
      startOver = false;
      held = null;
      if (!answer.more) return { meaning, reason: "", changed, epoch };
    }
  }

  /**
   * Offers the server every record it once confirmed, and puts back into the outbox those it no longer has. Called when the
   * server's epoch is not the one we know: it was restored from a backup.
   * @returns {Promise<{meaning: string, missing: number}>} the epoch is remembered only when all were offered
   */
  async offerAgain(epoch) {
    const kept = (await this.#store.all("record", { clear: true })).filter((row) => row.receipt);
    let missing = 0;
    for (let from = 0; from < kept.length; from += HAVE_AT_ONCE) {
      const rows = kept.slice(from, from + HAVE_AT_ONCE);
      const records = rows.map(({ record, version, sha256 }) => ({ record, version, sha256 }));
      const { meaning, answer } = await this.#ask("POST", "/sync/have", { records }, isHave);
      if (meaning !== "answered") return { meaning, missing };
      missing += await this.#waitAgain(answer.missing);
    }
    await this.#store.write(["meta"], (change) => change.put("meta", { key: "epoch", value: epoch }));
    return { meaning: "answered", missing };
  }

  /** Asks only whether the server is there, and whether this tablet is still in use. @returns {Promise<{meaning: string, reason: string, wipe: string}>} */
  async greet() {
    const there = await this.#info();
    const { meaning, status, answer } = there.meaning === "answered" ? await this.#ask("GET", "/tablet/identity", null, (known) => Boolean(known?.tablet)) : there;
    return { meaning, reason: meaning === "answered" ? "" : plainReason(meaning, status), wipe: answer?.wipe ?? "" };
  }

  /** @returns {Promise<any>} the server's epoch now, null without an answer */
  async epochNow() {
    const { meaning, answer } = await this.#info();
    return meaning === "answered" ? answer.epoch : null;
  }

  /** Shows the server the keys that it once gave its word for: a restored one does not know the newest. @returns {Promise<boolean>} */
  async offerKeys() {
    const certificates = (await this.#store.get("meta", "certificates"))?.value ?? [];
    for (let from = 0; from < certificates.length; from += KEYS_AT_ONCE) {
      const some = { certificates: certificates.slice(from, from + KEYS_AT_ONCE) };
      if ((await this.#ask("POST", "/tablet/keys", some, (answer) => answer !== null)).meaning !== "answered") return false;
    }
    return true;
  }

  #info() {
    return this.#ask("GET", "/sync/info", null, (answer) => Number.isInteger(answer?.server_time_ms) && answer.epoch !== undefined);
  }

  async #apply(answer, startOver) {
    const at = toInstant(this.#clock.wall());
    await this.#store.write(["meta", "reference", "record"], async (change) => {
      if (startOver) await change.clear("reference");
      for (const row of answer.changes) await applyRow(change, row);
      await change.put("meta", { key: "tablets", value: answer.tablets ?? [] });
      await change.put("meta", { key: "cursor", value: answer.cursor });
      if (answer.more) return;
      await change.put("meta", { key: "reference_at", value: at });
      await change.put("meta", { key: "reference_server_at", value: toInstant(answer.server_time_ms) });
    }, { strict: false });
  }

  async #waitAgain(missing) {
    return this.#store.write(["record"], async (change) => {
      let count = 0;
      for (const { record, version } of missing) {
        const row = await change.get("record", [record, version]);
        if (!row?.receipt) continue;
        const lost_receipts = [...row.lost_receipts, row.receipt];
        await change.put("record", { ...row, receipt: null, lost_receipts, waiting: row.tablet_seq });
        count += 1;
      }
      return count;
    });
  }

  async #ask(method, path, body, expected) {
    const sent = this.#clock.mark();
    try {
      const seen = await this.#witness.headers();
      const sealed = await lastNumber(this.#store);
      const response = await this.#fetch(path, {
        method,
        credentials: "same-origin",
        cache: "no-store",
        redirect: "error",
        signal: AbortSignal.timeout(TIMEOUT),
        headers: {
          ...aboutTablet(this.#build(), await this.#store.all("record", { index: "waiting", clear: true }), this.#health(), sealed),
          ...seen,
          ...(body === null ? {} : { "Content-Type": "application/json" }),
        },
        ...(body === null ? {} : { body: JSON.stringify(body) }),
      });
      const reply = this.#judge(sent, response.status, await jsonOf(response), expected, method === "POST");
      if (reply.meaning === "answered" && expected === isChanges) await this.#witness.look(reply.answer, seen).catch(() => {}); // also when it leaves the checkpoint out
      return reply;
    } catch {
      return { meaning: "retry", status: 0, answer: null };
    }
  }

  #judge(sent, status, answer, expected, posted) {
    const accepted = posted && status === 201 ? 201 : 200;
    const refused = answer?.code === "tablet_revoked";
    const meaning = refused ? "revoked" : classify({ status, json: status === accepted ? expected(answer) : answer !== null }, accepted);
    if (meaning === "answered" && answer.server_time_ms) this.onLearned(this.#clock.learn(sent, answer.server_time_ms));
    return { meaning, status, answer };
  }
}

async function applyRow(change, { kind, id, deleted, body }) {
  if (!deleted) {
    await change.put("reference", { ...body, kind, id, service_kind: kind === "service" ? body.kind : undefined });
    if (kind === "due") await change.delete("reference", [SETTLED, id]);
    return;
  }
  await change.delete("reference", [kind, id]);
  // What a record of this tablet caused and the server has settled must not be asked for again by that record.
  if (kind === "due" && (await change.get("record", [id.split("/")[0], 1]))) await change.put("reference", { kind: SETTLED, id });
}

async function jsonOf(response) {
  try {
    return await response.json();
  } catch {
    return null;
  }
}

function isChanges(answer) {
  return Boolean(answer) && Array.isArray(answer.changes) && typeof answer.cursor === "string" && answer.cursor !== "" &&
    Number.isInteger(answer.server_time_ms);
}

function isHave(answer) {
  return Boolean(answer) && Array.isArray(answer.missing) && Number.isInteger(answer.server_time_ms);
}
