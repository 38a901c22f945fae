// Sending. Reads the outbox, sends batches, believes only receipts. Never deletes.

import { byteLength } from "./digest.mjs";
import { classify, plainReason } from "./classify.mjs";
import { goesAlone, hasRested, isParked } from "./parked.mjs";
import { keyOf, provesDelivery } from "./outbox.mjs";
import { toInstant } from "./instants.mjs";

export const MAX_ITEMS = 100;
export const MAX_BYTES = 256_000;
const TIMEOUT = 30_000;
const PATIENCE = 3;

/** @typedef {{headers: () => Promise<object>, look: (answer: object, headers: object) => Promise<any>}} Witness see witness.mjs */
export const NO_WITNESS = { headers: async () => ({}), look: async () => {} };

/** @typedef {{meaning: string, delivered: number, reason: string, heard: boolean}} Outcome how one pass ended; heard: receipts came */

export class Push {
  #store;
  #fetch;
  #clock;
  #build;
  #health;
  #witness;
  #sealed = 0;
  #most = MAX_ITEMS; // a batch that got no answer makes the next smaller, an answered one larger
  #alone = []; // records that the server failed on by themselves in the last pass
  /** Keys of the records in the request under way, for the screen. */
  inFlight = new Set();

  /**
   * @param {{store: object, fetch: typeof fetch, clock: object, build: () => string, health?: () => object|null,
   *   witness?: Witness, onProgress?: () => void, onAnswer?: (answer: {epoch: number, reading: object}) => void}} parts
   */
  constructor({ store, fetch, clock, build, health = () => null, witness = NO_WITNESS, onProgress = () => {}, onAnswer = () => {} }) {
    this.#store = store;
    this.#fetch = fetch;
    this.#clock = clock;
    this.#build = build;
    this.#health = health;
    this.#witness = witness;
    this.onProgress = onProgress;
    this.onAnswer = onAnswer;
  }

  /**
   * Sends everything that waits, oldest first. The caller holds the sending lock.
   * @param {{again?: boolean}} [wish] again: also those that need attention
   * @returns {Promise<Outcome>}
   */
  async pass({ again = false } = {}) {
    this.#sealed = await lastNumber(this.#store);
    const waiting = await this.#store.all("record", { index: "waiting" });
    const due = waiting.filter((row) => again || !isParked(row) || hasRested(row, this.#clock.wall()));
    const together = due.filter((row) => !goesAlone(row));
    const rows = [...together, ...due.filter(goesAlone)];
    const outcome = { meaning: "answered", delivered: 0, reason: "", heard: false };
    const refused = [];
    this.#alone = [];
    let goesOn = true;
    for (let at = 0; at < rows.length && goesOn; ) {
      const batch = at < together.length ? firstBatch(together.slice(at), this.#most) : [rows[at]];
      at += batch.length;
      goesOn = await this.#sendBatch(batch, waiting, outcome, refused);
    }
    await this.#noteRefused(refused, rows, outcome);
    if (outcome.heard) await this.blame();
    return outcome;
  }

  /** Whether the server failed on a single record, and may well answer everything else. */
  get failsAlone() {
    return this.#alone.length > 0;
  }

  /**
   * The server answers others while it fails on these: after some passes like that they are parked.
   * @param {number} [only] the one status for which that is proven, 0 for all
   */
  async blame(only = 0) {
    for (const { row, status } of this.#alone.splice(0)) {
      if (only && status !== only) continue;
      const alone = (row.attempt?.alone ?? 0) + 1;
      const meaning = alone < PATIENCE ? "retry" : "attention";
      await this.#mark([row], (now) => ({ ...now.attempt, meaning, reason: plainReason(meaning, status), alone }));
    }
    this.onProgress();
  }

  /** @returns {Promise<boolean>} whether there is sense in sending the next batch now */
  async #sendBatch(batch, waiting, outcome, refused) {
    const { meaning, status, answer } = await this.#post(batch, waiting);
    if (meaning === "answered") {
      outcome.heard = true;
      outcome.delivered += await this.#settle(batch, answer, outcome);
      this.#most = Math.min(MAX_ITEMS, this.#most * 2);
      return true;
    }
    if (meaning === "too_large" || meaning === "attention") {
      if (batch.length === 1) return refused.push({ row: batch[0], meaning, status, code: answer?.code }) > 0;
      const middle = Math.ceil(batch.length / 2);
      return (await this.#sendBatch(batch.slice(0, middle), waiting, outcome, refused)) && this.#sendBatch(batch.slice(middle), waiting, outcome, refused);
    }
    if (meaning === "retry") this.#most = Math.max(1, batch.length >> 1);
    const breaks = meaning === "retry" && status >= 500 && batch.length === 1; // perhaps only this one breaks the server
    if (breaks) this.#alone.push({ row: batch[0], status });
    if (breaks && isParked(batch[0])) await this.#noteFailure(batch, "attention", plainReason("attention", status), {}, status);
    else await this.#noteFailure(batch, meaning, plainReason(meaning, status), outcome, status);
    return breaks;
  }

  // One refused record needs a person. All of them refused for one reason is no fault of the records.
  async #noteRefused(refused, rows, outcome) {
    const [first] = refused;
    const all = refused.length > 1 && refused.length === rows.length && first.code !== undefined &&
      refused.every(({ status, code }) => status === first.status && code === first.code);
    if (all) return this.#noteFailure(rows, "retry", `The server refuses every record (code ${first.status}). We will try again.`, outcome, first.status);
    for (const { row, meaning, status } of refused) await this.#noteFailure([row], "attention", plainReason(meaning, status), outcome, status);
    return undefined;
  }

  async #post(batch, waiting) {
    const sent = this.#clock.mark();
    this.inFlight = new Set(batch.map(keyOf));
    this.onProgress();
    try {
      const seen = await this.#witness.headers();
      const response = await this.#fetch("/sync/records", this.#request(batch, waiting, seen));
      const answer = await jsonOf(response);
      const meaning = classify({ status: response.status, json: response.status === 201 ? isPushAnswer(answer) : answer !== null }, 201);
      if (meaning === "answered") {
        this.onAnswer({ epoch: answer.epoch, reading: this.#clock.learn(sent, answer.server_time_ms) });
        await this.#witness.look(answer, seen).catch(() => {}); // receipts count though the tablet could not write down what it saw of the log
      }
      return { meaning, status: response.status, answer };
    } catch {
      return { meaning: classify(null, 201), status: 0, answer: null };
    } finally {
      this.inFlight = new Set();
    }
  }

  #request(batch, waiting, seen) {
    return {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        ...aboutTablet(this.#build(), waiting, this.#health(), this.#sealed),
        ...seen,
      },
      body: JSON.stringify(batch.map(itemOf)),
      credentials: "same-origin",
      cache: "no-store",
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT),
    };
  }

  // Receipts come in the order of the items; what has no receipt that proves it stays where it is.
  async #settle(batch, answer, outcome) {
    const proven = batch.map((row, place) => [row, answer.receipts[place] ?? null]);
    const delivered = await this.#store.write(["record"], async (change) => {
      let count = 0;
      for (const [row, receipt] of proven) {
        const now = await change.get("record", [row.record, row.version]);
        if (!now || now.receipt) continue;
        await change.put("record", settled(now, receipt, this.#clock.wall()));
        if (provesDelivery(receipt, row)) count += 1;
      }
      return count;
    });
    if (proven.some(([row, receipt]) => !provesDelivery(receipt, row))) {
      outcome.meaning = "retry";
      outcome.reason = "The server did not confirm every record. We will send those again.";
    }
    this.onProgress();
    return delivered;
  }

  #mark(batch, attemptOf) {
    return this.#store.write(["record"], async (change) => {
      for (const { record, version } of batch) {
        const row = await change.get("record", [record, version]);
        if (row && !row.receipt) await change.put("record", { ...row, attempt: attemptOf(row) });
      }
    }, { strict: false });
  }

  async #noteFailure(batch, meaning, reason, outcome, status = 0) {
    await this.#mark(batch, (row) => ({ ...attempt(row, meaning, reason, this.#clock.wall()), status }));
    if (outcome.meaning !== "retry" && outcome.meaning !== "sign_in") outcome.meaning = meaning;
    outcome.reason = reason;
    this.onProgress();
  }
}

/** The first of the rows: at most `most`, and about MAX_BYTES. A row larger than that travels alone. */
export function firstBatch(rows, most) {
  let bytes = 2;
  const end = rows.slice(0, most).findIndex((row, place) => {
    bytes += byteLength(JSON.stringify(itemOf(row))) + 1;
    return place > 0 && bytes > MAX_BYTES;
  });
  return rows.slice(0, end === -1 ? most : end);
}

/**
 * What a request says of the tablet it comes from.
 * @param {object[]} waiting rows without a receipt @param {object|null} [health] as healthOf gives it @param {number} [sealed] see lastNumber
 */
export function aboutTablet(build, waiting, health = null, sealed = undefined) {
  return {
    "Sightline-App": build,
    "Sightline-Waiting": String(waiting.length),
    "Sightline-Oldest": waiting.map((row) => row.sealed_at).sort()[0] ?? "",
    ...(health ? { "Sightline-Health": JSON.stringify({ ...health, sealed }) } : {}),
  };
}

/** The highest number that this tablet gave a record. Read before what waits, it never tells of one that was sealed meanwhile. @returns {Promise<number>} */
export async function lastNumber(store) {
  return (await store.get("meta", "chain"))?.value.seq ?? 0;
}

function itemOf(row) {
  return { body: row.body, sha256: row.sha256, signatures: row.signatures ?? [] };
}

function settled(row, receipt, wall) {
  if (!provesDelivery(receipt, row)) {
    return { ...row, attempt: attempt(row, "retry", "It did not arrive whole. We will send it again.", wall) };
  }
  const { waiting, ...rest } = row;
  return { ...rest, receipt, attempt: null };
}

function attempt(row, meaning, reason, wall) {
  const { count = 0, alone = 0, since = toInstant(wall) } = row.attempt ?? {};
  return { meaning, reason, at: toInstant(wall), count: count + 1, alone, since };
}

async function jsonOf(response) {
  try {
    return await response.json();
  } catch {
    return null;
  }
}

function isPushAnswer(answer) {
  return answer !== null && typeof answer === "object" && Array.isArray(answer.receipts) &&
    Number.isInteger(answer.server_time_ms) && answer.epoch !== undefined;
}
