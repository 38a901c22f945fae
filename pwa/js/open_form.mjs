// Opening, resuming and leaving forms. At most one form is open in a tab; it holds the lock of its draft.

import { DraftWriter, discardDraft, newDraft } from "./drafts.mjs";
import { FormSession } from "./form_session.mjs";
import { holdLock } from "./hold.mjs";
import { newIdentifier } from "./identifiers.mjs";
import { toInstant, shiftAt } from "./instants.mjs";
import { keepListed, loadFragment } from "./fragments.mjs";
import { OPEN_FORM_LOCK } from "./updates.mjs";
import { actionsFor } from "./reference.mjs";
import { rawFrom } from "./readback.mjs";

export class OpenForm {
  #app;
  #session = null;
  #opening = null;

  constructor(app) {
    this.#app = app;
  }

  /** Makes and stores a new draft of a form version. @returns {Promise<string>} its id */
  async begin(hash) {
    const { clock, live, author, store } = this.#app;
    const form = await this.#app.forms.definition(hash);
    const wall = clock.wall();
    const raw = { happened_at: toInstant(wall), shift: shiftAt(wall) };
    const draft = newDraft({ id: newIdentifier(wall), author: author.current.id, form, unit: live.tablet.unit ?? "", wall, raw });
    await store.write(["draft"], (change) => change.put("draft", draft));
    return draft.id;
  }

  /** Begins the next version of a sealed record. @returns {Promise<string>} the draft's id */
  async correct(row, reason) {
    const { clock, author, store, forms, reference } = this.#app;
    const body = JSON.parse(row.body);
    const already = await store.get("draft", row.record);
    if (already) return already.id;
    const draft = newDraft({
      id: row.record, author: author.current.id, form: await forms.definition(row.form_hash), unit: body.unit,
      wall: clock.wall(), raw: rawFrom(body.answers), version: row.version + 1, reason,
    });
    const titles = new Map((await reference.actions()).map((action) => [action.id, action.title]));
    draft.actions = body.bearings.map(({ action, themes }) => ({ id: action, themes, title: titles.get(action) ?? "An action no longer on the list" }));
    await store.write(["draft"], (change) => change.put("draft", draft));
    return draft.id;
  }

  /** @returns {Promise<{session: FormSession|null, problem: string}>} problem: "missing", "elsewhere", "not_yours" */
  session(id) {
    if (this.#session?.draft.id === id) return Promise.resolve({ session: this.#session, problem: "" });
    this.#opening ??= this.#open(id).finally(() => { this.#opening = null; });
    return this.#opening;
  }

  /** The address of the open form. */
  get path() {
    return `/tablet/form/${this.#session.draft.id}`;
  }

  /** Parks the open form when the person goes anywhere but its own two screens. @returns {Promise<boolean>} false: not saved, stay */
  async leaveUnless({ screen, parts }) {
    const staying = (screen === "form" || screen === "check") && parts.draft === this.#session?.draft.id;
    if (!this.#session || staying) return true;
    const parked = await this.#session.park();
    if (parked) this.#session = null;
    return parked;
  }

  /** Lets go of a form whose draft is sealed or thrown away. */
  forget() {
    this.#session?.writer.close();
    this.#session?.release();
    this.#session = null;
  }

  /** Throws the open draft away, because its author said so twice. */
  async throwAway() {
    const { id } = this.#session.draft;
    await this.#session.writer.flush();
    this.forget();
    await discardDraft(this.#app.store, id);
  }

  flush() {
    this.#session?.notePlace();
    return this.#session?.writer.flush();
  }

  /** What would be lost if the page went now. */
  unsavedDraft() {
    return this.#session?.writer.unsaved ? this.#session.draft : null;
  }

  async #open(id) {
    const { store, locks, author, forms, reference, clock, timers } = this.#app;
    const release = await holdLock(locks, OPEN_FORM_LOCK + id);
    if (!release) return { session: null, problem: "elsewhere" };
    const draft = await store.get("draft", id);
    if (!draft || draft.author !== author.current?.id) {
      release();
      return { session: null, problem: draft ? "not_yours" : "missing" };
    }
    try {
      const [definition, form, actions, names] = await Promise.all([
        forms.definition(draft.form_hash),
        loadFragment(forms, draft.form_hash, reference),
        reference.actions(),
        reference.names(),
      ]);
      keepUnlisted(definition, form, draft.raw, names);
      const writer = new DraftWriter({ store, draft, clock, timers });
      this.#session = new FormSession({ definition, form, writer, clock, actions: withLinked(actionsFor(definition, actions), draft.actions), release });
      return { session: this.#session, problem: "" };
    } catch (error) {
      release();
      if (error.name !== "FormMissing") throw error;
      return { session: null, problem: "form_missing" };
    }
  }
}

// An action that was closed meanwhile stays linked: what was observed still speaks to it.
function withLinked(offered, linked) {
  const known = new Set(offered.map((action) => action.id));
  return [...offered, ...linked.filter((action) => !known.has(action.id))];
}

// Someone who has left the list since the draft was begun stays chosen.
function keepUnlisted(definition, form, raw, names) {
  for (const question of definition.sections.flatMap((section) => section.questions)) {
    if (question.kind !== "person" && question.kind !== "staff") continue;
    const special = new Set(question.special.map((entry) => entry.code));
    for (const id of [raw[question.id] ?? []].flat()) {
      if (id && !special.has(id)) keepListed(form, question.id, id, names.get(id) ?? "No longer on the list");
    }
  }
}
