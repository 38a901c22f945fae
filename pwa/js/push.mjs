// Sending. Reads the outbox, sends batches, believes only receipts. Never deletes.

import { byteLength } from "./digest.mjs";
import { classify, plainReason } from "./classify.mjs";
import { keyOf, provesDelivery } from "./outbox.mjs";
import { toInstant } from "./instants.mjs";

export const MAX_ITEMS = 100;
export const MAX_BYTES = 256_000;
const TIMEOUT = 30_000;

/** @typedef {{meaning: string, delivered: number, reason: string}} Outcome how one pass ended */

export class Push {
  #store;
  #fetch;
  #clock;
  #build;
  /** Keys of the records in the request under way, for the screen. */
  inFlight = new Set();

  /**
   * @param {{store: object, fetch: typeof fetch, clock: object, build: () => string,
   *   onProgress?: () => void, onAnswer?: (answer: {epoch: number, reading: object}) => void}} parts
   */
  constructor({ store, fetch, clock, build, onProgress = () => {}, onAnswer = () => {} }) {
    this.#store = store;
    this.#fetch = fetch;
    this.#clock = clock;
    this.#build = build;
    this.onProgress = onProgress;
    this.onAnswer = onAnswer;
  }

  /**
   * Sends everything that waits, oldest first. The caller holds the sending lock.
   * @param {{again?: boolean}} [wish] again: also those that need attention
   * @returns {Promise<Outcome>}
   */
  async pass({ again = false } = {}) {
    const waiting = await this.#store.all("record", { index: "waiting" });
    const rows = waiting.filter((row) => again || row.attempt?.meaning !== "attention");
    const outcome = { meaning: "answered", delivered: 0, reason: "" };
    for (const batch of batches(rows)) {
      await this.#sendBatch(batch, waiting, outcome);
      if (outcome.meaning === "retry" || outcome.meaning === "sign_in") break;
    }
    return outcome;
  }

  async #sendBatch(batch, waiting, outcome) {
    const { meaning, status, answer } = await this.#post(batch, waiting);
    if (meaning === "answered") {
      outcome.delivered += await this.#settle(batch, answer, outcome);
    } else if ((meaning === "too_large" || meaning === "attention") && batch.length > 1) {
      const middle = Math.ceil(batch.length / 2);
      for (const half of [batch.slice(0, middle), batch.slice(middle)]) {
        await this.#sendBatch(half, waiting, outcome);
        if (outcome.meaning === "retry" || outcome.meaning === "sign_in") return;
      }
    } else {
      await this.#noteFailure(batch, meaning, status, outcome);
    }
  }

  async #post(batch, waiting) {
    const sent = this.#clock.mark();
    this.inFlight = new Set(batch.map(keyOf));
    this.onProgress();
    try {
      const response = await this.#fetch("/sync/records", this.#request(batch, waiting));
      const answer = await jsonOf(response);
      const meaning = classify({ status: response.status, json: response.status === 201 ? isPushAnswer(answer) : answer !== null }, 201);
      if (meaning === "answered") {
        this.onAnswer({ epoch: answer.epoch, reading: this.#clock.learn(sent, answer.server_time_ms) });
      }
      return { meaning, status: response.status, answer };
    } catch {
      return { meaning: classify(null, 201), status: 0, answer: null };
    } finally {
      this.inFlight = new Set();
    }
  }

  #request(batch, waiting) {
    return {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        "Sightline-App": this.#build(),
        "Sightline-Waiting": String(waiting.length),
        "Sightline-Oldest": waiting.map((row) => row.sealed_at).sort()[0] ?? "",
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

  async #noteFailure(batch, meaning, status, outcome) {
    const kept = meaning === "too_large" ? "attention" : meaning;
    const reason = plainReason(meaning, status);
    await this.#store.write(["record"], async (change) => {
      for (const { record, version } of batch) {
        const row = await change.get("record", [record, version]);
        if (row && !row.receipt) await change.put("record", { ...row, attempt: attempt(row, kept, reason, this.#clock.wall()) });
      }
    }, { strict: false });
    outcome.meaning = kept;
    outcome.reason = reason;
    this.onProgress();
  }
}

/** Cuts rows into batches of at most MAX_ITEMS and about MAX_BYTES. A row larger than that travels alone. */
export function batches(rows) {
  const cut = [];
  let bytes = 0;
  for (const row of rows) {
    const size = byteLength(JSON.stringify(itemOf(row))) + 1;
    const last = cut.at(-1);
    if (!last || last.length >= MAX_ITEMS || bytes + size > MAX_BYTES) {
      cut.push([row]);
      bytes = size + 2;
    } else {
      last.push(row);
      bytes += size;
    }
  }
  return cut;
}

function itemOf(row) {
  return { body: row.body, sha256: row.sha256, signatures: row.signatures ?? [] };
}

function settled(row, receipt, wall) {
  if (!provesDelivery(receipt, row)) {
    return { ...row, attempt: attempt(row, "retry", "It did not arrive whole. We will send it again.", wall) };
  }
  const { waiting, ...rest } = row;
  return { ...rest, receipt, attempt: null, delivered_at: toInstant(wall) };
}

function attempt(row, meaning, reason, wall) {
  return { meaning, reason, at: toInstant(wall), count: (row.attempt?.count ?? 0) + 1 };
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
