// Opening, correcting and leaving forms. At most one form is open in a tab; it holds the lock of its draft.

import { assess } from "./assessment.mjs";
import { DraftWriter, discardDraft, newDraft } from "./drafts.mjs";
import { FormSession } from "./form_session.mjs";
import { holdLock } from "./hold.mjs";
import { keepUnlisted, loadFragment } from "./fragments.mjs";
import { OPEN_FORM_LOCK } from "./updates.mjs";
import { actionsFor } from "./reference.mjs";
import { questionAt } from "./rulebook.mjs";
import { rawFrom } from "./readback.mjs";

export class OpenForm {
  #app;
  #session = null;
  #opening = null;
  #parking = null;
  #sealing = null;
  #wanted = "";

  constructor(app) {
    this.#app = app;
  }

  /** Begins the next version of a sealed record. @returns {Promise<string>} the draft's id */
  async correct(row, reason) {
    const { clock, author, store, forms, reference } = this.#app;
    const body = JSON.parse(row.body);
    if (await this.#newReason(row.record, reason)) return row.record;
    const definition = await forms.definition(row.form_hash);
    const draft = newDraft({
      id: row.record, author: author.current.id, form: definition, unit: body.unit,
      wall: clock.wall(), raw: unsigned(definition, rawFrom(body.answers)), version: row.version + 1, reason,
      spawned_by: body.spawned_by, audit: body.audit ?? "", begun_by: body.begun_by ?? "",
    });
    Object.assign(draft, { lowered_to: body.lowered_to, lowered_reason: body.lowered_reason });
    const titles = new Map((await reference.actions()).map((action) => [action.id, action.title]));
    draft.actions = body.bearings.map(({ action, themes }) => ({ id: action, themes, title: titles.get(action) ?? "An action no longer on the list" }));
    draft.bearings = loweredBearings(definition, draft, body, (await reference.timescales())(Date.parse(body.recorded_at)));
    await store.write(["draft"], (change) => change.put("draft", draft));
    return draft.id;
  }

  /**
   * The open form, if it is this one and its author still uses the tablet; otherwise opens it, one at a time.
   * @returns {Promise<{session: FormSession|null, problem: string}>} problem: "missing", "elsewhere", "not_yours", "form_missing",
   *   "not_parked" (the one before could not be saved), "left" (the person went on while it opened)
   */
  async session(id) {
    this.#wanted = id;
    while (this.#opening || this.#session) {
      await this.#opening?.catch(() => {});
      await this.#parking;
      if (this.#opening || !this.#session) continue;
      if (this.#session.draft.id === id && this.#isAuthor(this.#session.draft)) return { session: this.#session, problem: "" };
      if (!(await this.#park())) return { session: null, problem: "not_parked" };
    }
    this.#opening = this.#open(id).finally(() => { this.#opening = null; });
    return this.#opening;
  }

  /** The form that is open now, or null. */
  get open() {
    return this.#session;
  }

  /** The address of the open form. */
  get path() {
    return `/tablet/form/${this.#session.draft.id}`;
  }

  /** Parks the open form when the person goes anywhere but its own two screens. @returns {Promise<boolean>} false: not saved, stay */
  async leaveUnless({ screen, parts }) {
    await this.#sealing?.catch(() => {});
    const draft = screen === "form" || screen === "check" ? parts.draft : "";
    this.#wanted = draft;
    if (!this.#session || draft === this.#session.draft.id) return true;
    return this.#park();
  }

  /** Seals the open form; nobody leaves it meanwhile. @returns {Promise<object|null>} as FormSession.seal */
  seal(parts) {
    this.#sealing ??= this.#sealNow(parts).finally(() => { this.#sealing = null; });
    return this.#sealing;
  }

  /** Lets go of a form whose draft is sealed or thrown away. */
  forget() {
    this.#session?.writer.close();
    this.#session?.release();
    this.#session = null;
  }

  /** Throws the open draft away, because its author said so twice. When that fails the form goes on as it was. */
  async throwAway() {
    const { writer, draft } = this.#session;
    await writer.flush();
    writer.close();
    try {
      await discardDraft(this.#app.store, draft.id);
    } catch (error) {
      writer.reopen();
      throw error;
    }
    this.forget();
  }

  flush() {
    this.#session?.notePlace();
    return this.#session?.writer.flush();
  }

  /** What would be lost if the page went now. */
  unsavedDraft() {
    return this.#session?.writer.unsaved ? this.#session.draft : null;
  }

  #isAuthor(draft) {
    return draft.author === this.#app.author.current?.id;
  }

  #park() {
    this.#parking ??= this.#session.park().then((parked) => {
      if (parked) this.#session = null;
      return parked;
    }).finally(() => { this.#parking = null; });
    return this.#parking;
  }

  async #sealNow(parts) {
    const row = await this.#session.seal(parts);
    if (row) this.forget();
    return row;
  }

  // A correction begun before and parked takes the new reason.
  #newReason(id, reason) {
    return this.#app.store.write(["draft"], async (change) => {
      const draft = await change.get("draft", id);
      if (draft && this.#isAuthor(draft)) await change.put("draft", { ...draft, reason });
      return Boolean(draft);
    });
  }

  async #open(id) {
    const release = await holdLock(this.#app.locks, OPEN_FORM_LOCK + id);
    if (!release) return { session: null, problem: "elsewhere" };
    try {
      const problem = await this.#openLocked(id, release);
      if (problem) release();
      return { session: this.#session, problem };
    } catch (error) {
      release();
      if (error.name !== "FormMissing") throw error;
      return { session: null, problem: "form_missing" };
    }
  }

  async #openLocked(id, release) {
    const { store, forms, reference, clock, timers } = this.#app;
    const draft = await store.get("draft", id);
    if (!draft) return "missing";
    if (!this.#isAuthor(draft)) return "not_yours";
    const [definition, form, actions, names, timescales] = await Promise.all([
      forms.definition(draft.form_hash),
      loadFragment(forms, draft.form_hash, reference),
      reference.actions(),
      reference.names(),
      reference.timescales(),
    ]);
    keepUnlisted(form, draft.raw, names);
    if (this.#wanted !== id) return "left";
    if (!this.#isAuthor(draft)) return "not_yours";
    const writer = new DraftWriter({ store, draft, clock, timers });
    const offered = withLinked(actionsFor(definition, actions), draft.actions);
    this.#session = new FormSession({ definition, form, writer, clock, timescales, actions: offered, release });
    return "";
  }
}

// The second person accepted the version before; they have not seen this one.
function unsigned(definition, raw) {
  return Object.fromEntries(Object.entries(raw).filter(([key]) => questionAt(definition, key)?.kind !== "signer"));
}

// What the version before said lower than its answers did, its author meant.
function loweredBearings(definition, draft, body, timescales) {
  const { bearings } = assess(definition, draft, draft.actions, body.recorded_at, timescales);
  const proposed = new Map(bearings.map((row) => [row.action.id, row.proposed]));
  return Object.fromEntries(body.bearings.filter((claim) => claim.bearing !== proposed.get(claim.action)).map((claim) => [claim.action, claim.bearing]));
}

// An action that was closed meanwhile stays linked: what was observed still speaks to it.
function withLinked(offered, linked) {
  const known = new Set(offered.map((action) => action.id));
  return [...offered, ...linked.filter((action) => !known.has(action.id))];
}
