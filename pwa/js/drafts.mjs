// Drafts: answers being given. A draft belongs to one author, lives on this tablet, and is written as it grows.

import { OPEN_FORM_LOCK } from "./updates.mjs";
import { holdLock } from "./hold.mjs";
import { toInstant } from "./instants.mjs";

/** The longest an input may wait before its write begins. Under 250 ms, so that with the write itself nothing older is lost. */
export const WRITE_AFTER = 200;

const TRY_AGAIN = 2_000;

/**
 * @typedef {object} Draft
 * @property {string} id the record's identifier, made when the form was opened
 * @property {number} version 1, or more for a correction
 * @property {string} reason why it is corrected, "" for version 1
 * @property {string} author @property {string} form_hash @property {string} form @property {string} code @property {string} title
 * @property {string} unit
 * @property {Record<string, string|string[]>} raw inputs as typed, hidden and invalid ones too
 * @property {{id: string, title: string, themes: string[]}[]} actions linked actions, as they stood when linked
 * @property {Record<string, string>} bearings the author's own lower bearing, by action
 * @property {string} lowered_to @property {string} lowered_reason
 * @property {{question: string, scroll: number}} place where the author was
 * @property {number} missing questions left when it was last judged, -1 before
 * @property {string} started_at @property {string} changed_at instants
 * @property {string} spawned_by the due item it is made for, "" when none @property {string} says a manager's words that it answers
 * @property {string} begun_by who began it, when it was handed over @property {string} handed_by @property {string} handed_at
 * @property {string} audit the audit it is one sample of @property {boolean} practice whether it may never be saved
 * @property {string} without_told what the tablet itself wrote of the tablets it has not heard from
 * @property {string} returns_to the address to go back to once it is saved
 */

/** @returns {Draft} a new draft, not yet stored. */
export function newDraft({ id, author, form, unit, wall, raw = {}, version = 1, reason = "", ...more }) {
  const now = toInstant(wall);
  return {
    id, version, reason, author, unit,
    form: form.form, form_hash: form.hash, code: form.code, title: form.title,
    raw, actions: [], bearings: {}, lowered_to: "", lowered_reason: "",
    place: { question: "", scroll: 0 }, missing: -1, started_at: now, changed_at: now,
    spawned_by: "", says: "", begun_by: "", handed_by: "", handed_at: "", audit: "", practice: false, returns_to: "", without_told: "", ...more,
  };
}

/** @returns {Promise<Draft[]>} all drafts on the tablet, newest change first. */
export async function allDrafts(store) {
  const drafts = await store.all("draft");
  return drafts.sort((a, b) => (a.changed_at < b.changed_at ? 1 : -1));
}

/** @returns {Promise<void>} */
export async function discardDraft(store, id) {
  await store.write(["draft"], (change) => change.delete("draft", id));
}

/**
 * Gives a draft to another person: an act of its author, who cannot open it afterwards.
 * @param {{store: object, locks: LockManager, clock: object}} app @param {string} id @param {string} from @param {string} to staff ids
 * @returns {Promise<string>} "" when done, else why not: "elsewhere", "missing", "not_yours", or as staysBecause
 */
export async function handOver({ store, locks, clock }, id, from, to) {
  const release = await holdLock(locks, OPEN_FORM_LOCK + id);
  if (!release) return "elsewhere";
  try {
    return await store.write(["draft"], async (change) => {
      const draft = await change.get("draft", id);
      const refusal = refusedHandOver(draft, from, to);
      if (!refusal) await change.put("draft", handedDraft(draft, from, to, toInstant(clock.wall())));
      return refusal;
    });
  } finally {
    release();
  }
}

// Handing over counts as a change: a copy set aside before it is older.
function handedDraft(draft, from, to, now) {
  return { ...draft, author: to, begun_by: draft.begun_by || from, handed_by: from, handed_at: now, changed_at: now };
}

// Only the author of a record corrects it, and only who was asked answers.
function refusedHandOver(draft, from, to) {
  if (!draft) return "missing";
  if (draft.author === to && draft.handed_by === from) return ""; // the store was lost after it had kept it, and this is the second try
  if (draft.author !== from) return "not_yours";
  return staysBecause(draft);
}

/** @returns {"correction"|"question"|"practice"|""} why a draft may not change hands, "" when it may */
export function staysBecause({ version, spawned_by, practice }) {
  if (version > 1) return "correction";
  if (spawned_by?.startsWith("question/")) return "question";
  return practice ? "practice" : "";
}

/** Writes one draft as it changes. One writer for each draft: the caller holds the draft's lock. */
export class DraftWriter {
  #store;
  #clock;
  #timers;
  #timer = null;
  #writing = null;
  #dirty = false;
  #closed = false;

  /**
   * @param {{store: object, draft: Draft, clock: {wall: () => number},
   *   timers: {set: (work: () => void, ms: number) => any, clear: (timer: any) => void},
   *   onSaved?: (draft: Draft) => void, onFailed?: (error: Error) => void}} parts
   */
  constructor({ store, draft, clock, timers, onSaved = () => {}, onFailed = () => {} }) {
    this.#store = store;
    this.#clock = clock;
    this.#timers = timers;
    this.onSaved = onSaved;
    this.onFailed = onFailed;
    this.beforeWrite = () => {}; // for what the draft should say of itself
    this.draft = draft;
  }

  /** Notes a change; its write begins within WRITE_AFTER, however fast the next changes come. */
  change(values) {
    Object.assign(this.draft, values, { changed_at: toInstant(this.#clock.wall()) });
    this.#dirty = true;
    this.#soon(WRITE_AFTER);
  }

  /** Writes what is not yet written, now. @returns {Promise<boolean>} false if it could not be saved */
  async flush() {
    this.#stopTimer();
    while (this.#writing || (this.#dirty && !this.#closed)) {
      this.#writing ??= this.#writeOnce().finally(() => { this.#writing = null; });
      if (!(await this.#writing)) return false;
    }
    return !this.#dirty;
  }

  /** Stops writing. What was changed and not flushed is kept in hand, and written only if it is reopened: flush first. */
  close() {
    this.#closed = true;
    this.#stopTimer();
  }

  /** Takes up writing again, after a seal or a throwing away that failed: the draft is written anew. */
  reopen() {
    this.#closed = false;
    this.change({});
  }

  get unsaved() {
    return this.#dirty || this.#writing !== null;
  }

  #soon(ms) {
    if (!this.#closed) this.#timer ??= this.#timers.set(() => this.#onTimer(), ms);
  }

  #onTimer() {
    this.#timer = null;
    return this.flush();
  }

  async #writeOnce() {
    try {
      this.beforeWrite();
    } catch (error) {
      console.error(error); // what was typed is written, whatever is wrong with what it comes to
    }
    this.#dirty = false;
    const row = structuredClone(this.draft);
    try {
      await this.#store.write(["draft", "record"], async (change) => {
        const sealed = await change.get("record", [row.id, row.version]);
        if (!sealed) await change.put("draft", row); // a sealed draft does not come back
      });
    } catch (error) {
      this.#dirty = true;
      this.#soon(TRY_AGAIN);
      this.onFailed(error);
      return false;
    }
    this.onSaved(row);
    return true;
  }

  #stopTimer() {
    this.#timers.clear(this.#timer);
    this.#timer = null;
  }
}
