// The form screen: the fragment, what it is linked to, and the bar that parks or checks.

import { CONCERN_FORM, alertWords, concernFromForm, isRestricted, onCallRows, raiseConcern, toldByVoice } from "../concern.mjs";
import { concernWords, count } from "../words.mjs";
import { ago, clockTime, longDate, shortTime } from "../instants.mjs";
import { firstField } from "../fields.mjs";
import { screen } from "./screen.mjs";

const PROBLEMS = {
  missing: "This form is not on this tablet. It may be saved already: look under what I sent.",
  elsewhere: "This form is open in another tab. Close it there first.",
  not_yours: "This form belongs to someone else.",
  not_parked: "The form before this one could not be saved. Go back to it first.",
  failed: "The tablet could not open this form. Nothing is lost. Go home, and open it again.",
  form_missing: "The questions of this form are not on the tablet. Connect to the network once, then open it again.",
};

export function form(app) {
  return screen(app, {
    problem: "",
    title: "",
    started: "",
    reason: "",
    says: "",
    handed: "",
    practice: false,
    isHandover: false,
    isConcern: false,
    told: false,
    restricted: false,
    onCall: [],
    savedWords: "",
    saveFailed: false,
    leftWords: "",
    sections: [],
    concern: false,
    units: [],
    unit: "",
    actions: [],
    actionsAge: "",
    linked: [],
    throwing: false,
    throwFailed: false,
    session: null,
    async load() {
      const { session, problem } = await app.openForm.session(app.live.state.parts.draft).catch(failed);
      if (this.gone) return;
      if (!session) {
        this.problem = PROBLEMS[problem] ?? PROBLEMS.failed;
        return;
      }
      this.session = raw(session);
      await this.describe(session);
      this.listen(session);
      this.show(session.assessment);
      const fragment = this.$root.querySelector("#fragment");
      fragment.append(session.form);
      if (this.isConcern) fragment.after(this.$root.querySelector("#linked")); // what is wrong comes before what it is linked to
      this.loaded = true;
      this.$nextTick(() => this.resume(session));
    },
    leave() {
      if (!this.session) return;
      const session = this.session.it;
      session.notePlace();
      session.onAssessed = () => {};
      session.form.remove();
    },
    async describe({ definition, draft }) {
      this.title = definition.title;
      this.started = `${definition.code}, version ${definition.version}. Started ${ago(Date.parse(draft.started_at), app.clock.wall())}.`;
      Object.assign(this, { reason: draft.reason, says: draft.says ?? "", practice: draft.practice === true });
      this.isHandover = definition.form === "handover_check";
      this.isConcern = definition.form === CONCERN_FORM;
      if (this.isConcern) this.onCall = onCallRows(await app.reference.onCall());
      this.handed = await this.handedWords(draft);
      this.units = (await app.reference.units()).map(({ id, name }) => ({ id, name }));
      this.unit = draft.unit;
      this.actionsAge = await app.reference.ageWords(app.clock.wall());
      this.actions = this.session.it.actions.map((action) => actionRow(action, definition));
      this.linked = draft.actions.map((action) => action.id);
    },
    async handedWords({ handed_by, handed_at }) {
      if (!handed_by) return "";
      const name = (await app.reference.names()).get(handed_by) ?? "someone no longer on the list";
      return `Handed to you by ${name}, ${shortTime(Date.parse(handed_at), app.clock.wall())}.`;
    },
    listen(session) {
      session.onAssessed = () => this.show(session.assessment);
      session.writer.onSaved = () => {
        this.savedWords = `Kept on this tablet ${clockTime(app.clock.wall())}`;
        this.saveFailed = false;
      };
      session.writer.onFailed = () => { this.saveFailed = true; };
      if (!session.writer.unsaved) session.writer.onSaved();
    },
    show(assessment) {
      const titles = new Map(this.session.it.definition.sections.map((section) => [section.id, section.title]));
      const words = assessment.left === 0 ? "All answered. Ready to check" : `${count(assessment.left, "question")} left`;
      if (words !== this.leftWords) this.leftWords = words;
      const rows = assessment.sections.map((section) => sectionRow(section, titles));
      // Written over where they are the same ones: Alpine would draw all of a new list anew
      if (rows.length === this.sections.length && rows.every(({ id }, at) => id === this.sections[at].id)) rows.forEach((row, at) => Object.assign(this.sections[at], row));
      else this.sections = rows;
      this.concern = assessment.concerns.length > 0 && !this.isConcern;
      this.told = toldByVoice(assessment);
      this.restricted = isRestricted(this.session.it.definition.form, assessment.answers);
    },
    get away() {
      return app.live.state.away || !navigator.onLine;
    },
    get concernWords() {
      return concernWords(this.away);
    },
    get alertWords() {
      return this.practice ? "Practice. Nothing is sent and nobody is alerted. If this is real, tap Raise a concern." : alertWords(this.away, this.restricted);
    },
    get showKept() {
      return !this.saveFailed && !this.practice;
    },
    get showOnCall() {
      return this.isConcern && !this.told;
    },
    get noOnCall() {
      return this.onCall.length === 0;
    },
    raise() {
      raiseConcern(app, concernFromForm(this.session.it, app.openForm.path));
    },
    get themed() {
      return this.session?.it.definition.themes.length > 0; // without themes it can speak to none
    },
    get noActions() {
      return this.actions.length === 0;
    },
    get ready() {
      return this.session !== null;
    },
    isLinked(action) {
      return this.linked.includes(action.id);
    },
    toggle(action, event) {
      this.session.it.link(action.id, event.target.checked);
      this.linked = this.session.it.draft.actions.map((action) => action.id);
    },
    chooseUnit(event) {
      this.unit = event.target.value;
      this.session.it.change({ unit: this.unit });
    },
    jump(section) {
      const heading = document.getElementById(`heading-${section.id}`);
      heading?.scrollIntoView();
      heading?.focus({ preventScroll: true });
    },
    async park() {
      if (await this.session.it.writer.flush()) {
        app.live.announce("Parked. It is kept on this tablet.");
        app.router.go("/tablet/");
      } else {
        this.saveFailed = true;
      }
    },
    askThrowAway() {
      this.throwing = true;
      this.$nextTick(() => this.$refs.keep.focus());
    },
    keep() {
      this.throwing = false;
      this.$nextTick(() => this.$refs.throwAway.focus());
    },
    async throwAway() {
      this.throwFailed = false;
      try {
        await app.openForm.throwAway();
      } catch {
        this.throwFailed = true;
        return;
      }
      app.live.announce("The draft is thrown away.");
      app.router.go("/tablet/", { replace: true });
    },
    check() {
      app.router.go(`/tablet/form/${this.session.it.draft.id}/check`);
    },
    resume({ form: fields, draft }) {
      const wanted = app.live.focusQuestion;
      app.live.focusQuestion = undefined;
      const holder = fields.querySelector(`[data-question="${CSS.escape(wanted ?? draft.place.question)}"]`);
      if (!holder || holder.hidden) return scrollTo(0, wanted ? 0 : draft.place.scroll);
      firstField(holder)?.focus({ preventScroll: true });
      if (wanted || !draft.place.scroll) holder.scrollIntoView({ block: "center" });
      else scrollTo(0, draft.place.scroll);
      return undefined;
    },
  });
}

function failed(error) {
  console.error(error);
  return { session: null, problem: "failed" };
}

// Alpine must not look into a session: it would wrap the form's elements.
function raw(session) {
  return Object.freeze({ it: session });
}

function sectionRow({ section, required, answered, missing }, titles) {
  const done = missing.length === 0;
  const words = required === 0 ? "nothing you must answer" : `${answered} of ${required}`;
  return { id: section, title: titles.get(section), words, done, sign: done ? "✓" : "" };
}

function actionRow({ id, title, themes, owner_name, due }, definition) {
  const about = themes.map((theme) => definition.theme_names[theme] ?? theme).join(", ");
  return { id, title, words: [about, owner_name, due && `due ${longDate(due)}`].filter(Boolean).join(" · ") };
}
