// The check screen: what is missing, the result, what it says about each action, and saving.

import { askedAt } from "../readback.mjs";
import { bearingsFrom, lowerResults } from "../assessment.mjs";
import { BEARING, BEARING_SHORT, RESULT, concernWords, count } from "../words.mjs";
import { CONCERN_FORM, concernFromForm, raiseConcern } from "../concern.mjs";
import { DRILL } from "../drill.mjs";
import { clockTime } from "../instants.mjs";
import { acceptors } from "../signer.mjs";
import { problemWords } from "../sign_in.mjs";
import { focusPad } from "./pad.mjs";
import { screen } from "./screen.mjs";

export function check(app) {
  return screen(app, {
    problem: "",
    title: "",
    errors: [],
    warnings: [],
    computed: "",
    result: "",
    scoreWords: "",
    lower: [],
    loweredTo: "",
    loweredReason: "",
    bearings: [],
    concern: false,
    practice: false,
    practised: false,
    saving: false,
    failed: "",
    acceptor: null,
    asking: false,
    pinProblem: "",
    session: null,
    async load() {
      const { session, problem } = await app.openForm.session(app.live.state.parts.draft).catch(() => ({ session: null, problem: "failed" }));
      if (this.gone) return;
      if (!session) {
        this.problem = problem === "missing" ? "This form is not on this tablet. It may be saved already." : "This form cannot be opened here now.";
        return;
      }
      this.session = Object.freeze({ it: session });
      session.showWhatIsMissing();
      this.acceptor = await this.whoAccepts();
      if (this.gone) return;
      this.show();
    },
    async whoAccepts() {
      const { definition, assessment } = this.session.it;
      const [id] = acceptors(definition, assessment.answers);
      return id ? { id, name: (await app.reference.names()).get(id) ?? "The second person" } : null;
    },
    show() {
      const { assessment, definition, draft } = this.session.it;
      const asked = (key) => askedAt(definition, key, draft.raw);
      this.title = definition.title;
      this.errors = assessment.errors.map((finding) => findingRow(finding, asked));
      this.warnings = assessment.warnings.map((finding) => findingRow(finding, asked));
      this.computed = assessment.computed;
      this.result = assessment.result;
      this.scoreWords = scoreWords(assessment.score, keyMissed(definition, assessment.answers));
      this.lower = lowerResults(assessment.computed).map((code) => ({ code, words: RESULT[code] }));
      this.loweredTo = assessment.result === assessment.computed ? "" : draft.lowered_to;
      this.loweredReason = draft.lowered_reason;
      this.bearings = assessment.bearings.map((bearing) => bearingRow(bearing, draft.bearings[bearing.action.id]));
      this.concern = assessment.concerns.length > 0 && definition.form !== CONCERN_FORM;
      this.practice = draft.practice === true;
    },
    get live() {
      return app.live.state;
    },
    get ready() {
      return this.session !== null;
    },
    get sound() {
      return this.ready && this.errors.length === 0;
    },
    get summary() {
      if (this.errors.length === 0) return "Everything needed is here.";
      if (this.practised) return `${count(this.errors.length, "thing")} would have been left to put right`;
      return `${count(this.errors.length, "thing")} to put right before it can be saved`;
    },
    get resultWords() {
      return RESULT[this.result] ?? "";
    },
    get resultMark() {
      return `mark mark-large mark-${this.result}`;
    },
    get canLower() {
      return this.sound && this.lower.length > 0 && !this.practised;
    },
    get heading() {
      return this.practised ? "Nothing was saved" : "Check before you save";
    },
    get canSave() {
      return this.sound && !this.practice && !this.asking;
    },
    get canFinish() {
      return this.ready && this.practice && !this.practised;
    },
    get open() {
      return this.ready && !this.practised;
    },
    get showResult() {
      return (this.sound || this.practised) && this.computed !== "not_scored";
    },
    get concernWords() {
      return concernWords(this.live.away || !navigator.onLine);
    },
    get saveWords() {
      return this.saving ? "Saving" : "Save on this tablet";
    },
    raise() {
      raiseConcern(app, concernFromForm(this.session.it, app.openForm.path));
    },
    async finish() {
      try {
        await app.openForm.throwAway();
      } catch {
        this.failed = "The practice form could not be cleared away. Try again. It is never saved as a record.";
        return;
      }
      this.practised = true;
      app.live.announce("Nothing was saved. This was practice.");
      this.$nextTick(() => this.$refs.heading.focus());
    },
    jump(finding) {
      if (this.practised) return;
      app.live.focusQuestion = finding.question;
      app.router.go(`/tablet/form/${this.session.it.draft.id}`);
    },
    back() {
      app.router.go(`/tablet/form/${this.session.it.draft.id}`);
    },
    lowerTo(event) {
      this.session.it.change({ lowered_to: event.target.value });
      this.show();
    },
    giveReason(event) {
      this.loweredReason = event.target.value;
      this.session.it.writer.change({ lowered_reason: event.target.value });
    },
    setBearing(row, event) {
      const bearings = { ...this.session.it.draft.bearings, [row.id]: event.target.value };
      this.session.it.change({ bearings });
      this.show();
    },
    async save() {
      if (this.saving) return undefined;
      if (this.loweredTo && this.loweredReason.trim().length < 10) {
        this.failed = "Say why the result is lower than the answers give: at least 10 letters.";
        this.$refs.reason?.focus();
        return undefined;
      }
      if (this.acceptor) return this.askAcceptor();
      return this.saveNow([]);
    },
    // What is accepted is what will be saved: so it is asked here, when nothing changes any more.
    askAcceptor() {
      this.asking = true;
      this.failed = "";
      focusPad(this);
    },
    get padOff() {
      return this.saving;
    },
    get padLabel() {
      return `${this.acceptWords} Six digits. Type them, or use the keys.`;
    },
    get acceptWords() {
      return this.acceptor ? `${this.acceptor.name}: type your PIN to accept this as it is.` : "";
    },
    get withoutWords() {
      return this.acceptor ? `Save without the PIN of ${this.acceptor.name}` : "";
    },
    async accept({ detail: pin }) {
      if (this.saving) return undefined;
      this.saving = true;
      const outcome = await app.vault.signerFor(this.acceptor.id, pin).catch(() => ({ ok: false, problem: "failed" }));
      this.saving = false;
      if (this.gone) return undefined; // locked meanwhile: what is open now may be somebody else's
      if (outcome.ok) return this.saveNow([outcome.sign]);
      this.pinProblem = `${problemWords(outcome)} You can save without it: the record then says that ${this.acceptor.name} has not signed it.`;
      return focusPad(this);
    },
    saveWithout() {
      return this.saveNow([]);
    },
    async saveNow(accepting) {
      if (this.saving) return;
      this.saving = true;
      this.failed = "";
      try {
        await this.seal(accepting);
      } catch {
        this.failed = "It could not be saved. Your answers are still here. Try again, and tell a manager if it keeps happening.";
      }
      this.saving = false;
    },
    async seal(accepting) {
      const { store, author, build, live } = app;
      const row = await app.openForm.seal({ store, tablet: live.tablet, app: build, author: author.current, signers: [author.sign, ...accepting] });
      if (!row) return this.show();
      live.refreshOutbox().catch(() => {}); // it is saved, whatever the count says
      live.announce(`Saved on this tablet ${clockTime(Date.parse(row.sealed_at))}`);
      app.router.go(row.returns_to === DRILL ? DRILL : `/tablet/saved/${row.record}/${row.version}`, { replace: true });
      app.sync.now();
      return undefined;
    },
  });
}

function findingRow({ code, question, message }, asked) {
  const { number, ask, where } = asked(question);
  return { key: `${question} ${code}`, question, message, number, ask: where ? `${where}: ${ask}` : ask };
}

function bearingRow({ action, proposed, bearing }) {
  const choices = bearingsFrom(proposed).map((code) => ({
    code, id: `bearing-${action.id}-${code}`, words: BEARING[code], chosen: code === bearing, name: `bearing-${action.id}`,
    note: code === proposed ? "from your answers" : "",
  }));
  return { id: action.id, title: action.title, bearing, words: BEARING_SHORT[bearing], mark: `mark mark-${bearing}`, choices };
}

function keyMissed(definition, answers) {
  const keys = definition.sections.flatMap((section) => section.questions).filter((question) => question.star);
  return keys.some((question) => (question.options ?? []).some((option) => option.code === answers[question.id] && option.score === "not_met"));
}

function scoreWords({ points, scored }, missed) {
  if (scored === 0) return "None of the answers is scored.";
  const full = Math.floor(points / 100);
  const half = points % 100 === 0 ? "" : " and a half";
  const key = missed ? " A key question was not met, so the whole is not met." : "";
  return `${full}${half} of ${count(scored, "standard")} met.${key}`;
}
