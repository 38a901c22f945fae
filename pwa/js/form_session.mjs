// One open form: its draft, its writer, its fields. It lives from opening to parking or sealing, across the form and the
// check screen.

import { assess, claims, lowered } from "./assessment.mjs";
import { listenToFields, writeField } from "./fields.mjs";
import { showAssessment, showErrors } from "./form_view.mjs";
import { buildBody, seal } from "./seal.mjs";
import { toInstant } from "./instants.mjs";

export class FormSession {
  /**
   * @param {{definition: object, form: HTMLFormElement, writer: object, clock: object, actions: object[],
   *   release: () => void, onAssessed?: () => void}} parts actions: those the form may speak to; release gives up the lock
   */
  constructor({ definition, form, writer, clock, actions, release }) {
    Object.assign(this, { definition, form, writer, clock, actions });
    this.draft = writer.draft;
    this.release = release;
    this.onAssessed = () => {};
    this.triedToSave = false;
    this.#fill();
    this.assess();
  }

  /** Judges the draft as it stands and shows what changed. */
  assess(recordedAt = toInstant(this.clock.wall())) {
    this.assessment = assess(this.definition, this.draft, this.linked, recordedAt);
    this.draft.missing = this.assessment.left;
    showAssessment(this.form, this.assessment);
    if (this.triedToSave) showErrors(this.form, this.assessment.findings);
    this.onAssessed();
    return this.assessment;
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
   * @param {{store: object, tablet: object, app: string, author: object}} parts
   * @returns {Promise<object|null>} the stored row, or null when something is missing; rejects when it could not be saved
   */
  async seal({ store, tablet, app, author }) {
    if (author?.id !== this.draft.author) throw new Error("Only its author may seal a draft.");
    const stamp = this.clock.stamp();
    this.triedToSave = true;
    const assessment = this.assess(toInstant(stamp.wall));
    if (assessment.errors.length > 0) return null;
    await this.writer.flush();
    this.writer.close();
    try {
      const row = await seal(store, (link, stored) => this.#body(assessment, { tablet: stored ?? tablet, app, stamp, link }), this.#label(assessment, stamp, author));
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

  #label(assessment, stamp, author) {
    const { code, title, unit, version } = this.draft;
    return {
      code, title, unit, author: author.id, author_name: author.name, sealed_at: toInstant(stamp.wall),
      result: assessment.result, concerns: assessment.concerns.length, correction: version > 1 ? 1 : 0,
    };
  }

  #fill() {
    for (const holder of this.form.querySelectorAll("[data-question]")) {
      const raw = this.draft.raw[holder.dataset.question];
      if (raw !== undefined) writeField(holder, raw);
    }
    listenToFields(this.form, {
      now: () => this.clock.wall(),
      before: (question) => this.draft.raw[question],
      onInput: (question, raw) => this.#onInput(question, raw),
      onLeave: () => this.writer.flush(),
      onPlace: (question) => this.writer.change({ place: { question, scroll: 0 } }),
    });
  }

  #onInput(question, raw) {
    this.writer.change({ raw: { ...this.draft.raw, [question]: raw } });
    this.assess();
  }
}
