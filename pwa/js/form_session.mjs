// One open form: its draft, its writer, its fields. It lives from opening to parking or sealing, across the form and the
// check screen.

import { assess, claims, lowered } from "./assessment.mjs";
import { showZero } from "./acts.mjs";
import { listenToFields, writeField } from "./fields.mjs";
import { FormView } from "./form_view.mjs";
import { partHanging } from "./hanging.mjs";
import { labelOf } from "./record_label.mjs";
import { layRows, titleRow } from "./repeats.mjs";
import { RowActs } from "./row_acts.mjs";
import { judgeDraft, questionAt } from "./rulebook.mjs";
import { buildBody, seal } from "./seal.mjs";
import { leaveOut } from "./signer.mjs";
import { toInstant, toWall } from "./instants.mjs";

export class FormSession {
  #view;
  #rows;
  #assessment;
  #unjudged = null; // the questions answered since it was judged

  /**
   * @param {{definition: object, form: HTMLFormElement, writer: object, clock: object, actions: object[],
   *   timescales?: (wall: number) => Record<string, number>, release: () => void}} parts actions: those the form may speak to;
   *   timescales: minutes in force at a time; release gives up the lock
   */
  constructor({ definition, form, writer, clock, actions, timescales = () => ({}), release }) {
    Object.assign(this, { definition, form, writer, clock, actions, timescales });
    this.draft = writer.draft;
    this.#rows = new RowActs({ definition, raw: () => this.draft.raw, onRows: (raw, lay) => this.#onRows(raw, lay) });
    this.release = release;
    this.onAssessed = () => {};
    this.triedToSave = false;
    writer.beforeWrite = () => this.catchUp();
    this.#fill();
    this.assess();
  }

  /** Judges the draft as it stands and shows what changed. */
  assess(recordedAt = toInstant(this.clock.wall())) {
    settle(this.#unjudged ?? []);
    this.#unjudged = null;
    this.#assessment = assess(this.definition, this.draft, this.linked, recordedAt, this.timescales(toWall(recordedAt)));
    this.draft.missing = this.#assessment.left;
    this.#view.show(this.#assessment);
    if (this.triedToSave) this.#view.showErrors(this.#assessment.findings);
    this.onAssessed();
    return this.#assessment;
  }

  /** What the draft comes to, its last answer included. */
  get assessment() {
    this.catchUp();
    return this.#assessment;
  }

  /** Judges what was answered and not yet judged: after the paint, or before somebody needs it. */
  catchUp() {
    if (this.#unjudged) this.assess();
  }

  /** The actions the author linked, as the tablet knows them. */
  get linked() {
    return this.draft.actions.map(({ id }) => this.actions.find((action) => action.id === id));
  }

  /** Changes anything of the draft that is not an answer. */
  change(values) {
    this.writer.change(values);
    this.assess();
  }

  /** Answers a question on the author's behalf, as if it had been typed; what they may still undo stays. */
  answer(key, raw) {
    const holder = this.#view.holder(key);
    if (holder) writeField(holder, raw);
    this.#take({ [key]: raw }, holder ? [holder] : []);
  }

  link(id, on) {
    const others = this.draft.actions.filter((action) => action.id !== id);
    const { title, themes } = this.actions.find((action) => action.id === id);
    this.change({ actions: on ? [...others, { id, title, themes }] : others });
  }

  /** Notes how far down the page the author is, while the form is what is shown. */
  notePlace() {
    if (this.form.isConnected) this.writer.change({ place: { ...this.draft.place, scroll: Math.round(scrollY) } });
  }

  /** From now on, what is missing shows at its question too. */
  showWhatIsMissing() {
    this.triedToSave = true;
    return this.assess();
  }

  /** Parks: everything is written, the lock goes. @returns {Promise<boolean>} false if it could not be saved */
  async park() {
    this.notePlace();
    this.writer.change({});
    const saved = await this.writer.flush();
    if (saved) {
      this.writer.close();
      this.release();
    }
    return saved;
  }

  /**
   * Seals the draft if nothing is wrong with it.
   * @param {{store: object, tablet: object, app: string, author: object, signers?: Function[]}} parts author: {id, name}; signers: see seal.mjs
   * @returns {Promise<object|null>} the stored row, or null when something is missing; rejects when it could not be saved
   */
  async seal({ store, tablet, app, author, signers = [] }) {
    if (author?.id !== this.draft.author) throw new Error("Only its author may seal a draft.");
    if (this.draft.practice) throw new Error("What was made in practice is never saved.");
    const stamp = this.clock.stamp();
    this.triedToSave = true;
    const assessment = this.assess(toInstant(stamp.wall));
    if (assessment.errors.length > 0) return null;
    await this.writer.flush();
    this.writer.close();
    try {
      const row = await seal(store, (link, stored) => this.#body(assessment, { tablet: stored ?? tablet, app, stamp, link }), labelOf({ draft: this.draft, definition: this.definition, assessment, stamp, author }), signers);
      this.release();
      return row;
    } catch (error) {
      this.writer.reopen();
      throw error;
    }
  }

  #body(assessment, { tablet, app, stamp, link }) {
    const draft = { ...this.draft, lowered_to: lowered(assessment.computed, this.draft.lowered_to) };
    const { definition } = this;
    return buildBody({ draft, definition, tablet, link, answers: assessment.answers, bearings: claims(assessment), stamp, app });
  }

  #fill() {
    leaveOut(this.form, this.draft.author);
    for (const holder of this.form.querySelectorAll('[data-kind="repeat"]')) {
      const { id, max_rows } = questionAt(this.definition, holder.dataset.question);
      layRows(holder, this.draft.raw[id], max_rows ?? undefined);
    }
    this.#view = new FormView(this.definition, this.form);
    this.#write(this.form);
    listenToFields(this.form, {
      now: () => this.clock.wall(),
      before: (question) => this.draft.raw[question],
      onInput: (raw, holders) => this.#onInput(raw, holders),
      onRows: (name, holder, row) => {
        this.catchUp();
        this.#rows.act(name, holder, row);
      },
      onLeave: () => afterPaint(() => this.writer.flush()),
      onPlace: (question) => this.writer.change({ place: { question, scroll: 0 } }),
    });
  }

  #write(root) {
    const holders = [...root.querySelectorAll("[data-question]")];
    for (const holder of holders) {
      const raw = this.draft.raw[holder.dataset.question];
      if (raw !== undefined) writeField(holder, raw);
    }
    settle(holders);
  }

  #onInput(raw, holders) {
    this.#rows.forgetTaken();
    this.#take(raw, holders);
  }

  // A finger waits for the mark and for what it reveals. All else that follows from an answer comes after that is drawn.
  #take(raw, holders) {
    this.writer.change({ raw: { ...this.draft.raw, ...raw } });
    for (const key of Object.keys(raw)) this.#reveal(key);
    if (!this.#unjudged) afterPaint(() => this.catchUp());
    this.#unjudged = [...(this.#unjudged ?? []), ...holders];
  }

  #reveal(key) {
    const part = partHanging(this.definition, key);
    if (part) this.#view.reveal(part, judgeDraft(part, this.draft.raw, this.#assessment.context).judgement.visible);
  }

  #onRows(raw, lay) {
    this.writer.change({ raw: { ...this.draft.raw, ...raw } });
    const made = lay();
    for (const row of made) this.#write(row);
    this.#view.look();
    this.assess();
    return made;
  }
}

// What hangs on an answer beside the rules: the name of its row, the words of the button that fills a grid.
function settle(holders) {
  for (const row of closest(holders, "[data-row-name]")) titleRow(row);
  for (const grid of closest(holders, '[data-kind="counts"]')) showZero(grid);
}

function closest(holders, selector) {
  return new Set(holders.map((holder) => holder.closest(selector)).filter(Boolean));
}

// Once the next frame is drawn, and behind whatever a finger does meanwhile. A write waits for neither, and catches up first.
function afterPaint(work) {
  requestAnimationFrame(() => globalThis.scheduler?.postTask?.(work, { priority: "background" }) ?? setTimeout(work));
}
