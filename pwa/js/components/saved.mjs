// "Saved on this tablet 14:05": reached only after the store said that the transaction is done.

import { CONCERN_FORM, causeOf, raiseConcern, raisedAlready, whatHappened } from "../concern.mjs";
import { RESULT, concernWords } from "../words.mjs";
import { auditProgress, beginNextSample } from "../begin.mjs";
import { clockTime, shortTime } from "../instants.mjs";
import { receiptWords, stateOf, stateWords } from "../outbox.mjs";
import { screen } from "./screen.mjs";

export function saved(app) {
  return screen(app, {
    topics: ["outbox"],
    row: null,
    raised: "",
    returnPath: "",
    audit: null,
    busy: false,
    problem: "",
    async load() {
      const { record, version } = app.live.state.parts;
      const row = await app.store.get("record", [record, Number(version)]);
      this.row = row?.author === app.author.current?.id ? row : null;
      if (!this.row) return;
      const draft = (this.row.returns_to ?? "").split("/form/")[1];
      this.returnPath = draft && (await app.store.get("draft", draft))?.author === this.row.author ? this.row.returns_to : "";
      this.audit = await auditProgress(app, this.row);
      const concern = this.row.concerns > 0 ? await raisedAlready(app.store, causeOf(record)) : null;
      this.raised = concern ? `You raised it ${shortTime(Date.parse(concern.sealed_at), app.clock.wall())}.` : "";
    },
    get heading() {
      return this.row ? `Saved on this tablet ${clockTime(Date.parse(this.row.sealed_at))}` : "There is no record of yours here";
    },
    get title() {
      return this.row ? this.row.title : "";
    },
    get scored() {
      return this.row !== null && this.row.result !== "not_scored";
    },
    get resultWords() {
      return this.row ? RESULT[this.row.result] : "";
    },
    get resultMark() {
      return this.row ? `mark mark-${this.row.result}` : "";
    },
    get state() {
      return this.row ? stateOf(this.row, app.push.inFlight) : "";
    },
    get stateLine() {
      return this.row ? receiptWords(this.row.receipt) || stateWords(this.state) : "";
    },
    get concern() {
      return this.row !== null && this.row.concerns > 0 && this.row.form !== CONCERN_FORM;
    },
    get concernWords() {
      return concernWords(app.live.state.away || !navigator.onLine);
    },
    get isConcern() {
      return this.row?.form === CONCERN_FORM;
    },
    get happened() {
      return this.isConcern ? whatHappened(this.row).map((words, place) => ({ place, words })) : [];
    },
    get moreSamples() {
      return this.audit !== null && (this.audit.planned === 0 || this.audit.done < this.audit.planned);
    },
    get samplesDone() {
      return this.audit !== null && !this.moreSamples;
    },
    get nextSampleWords() {
      if (!this.audit) return "";
      const { done, planned } = this.audit;
      return planned > 0 ? `Next sample (${done + 1} of ${planned})` : `Next sample (number ${done + 1})`;
    },
    get samplesWords() {
      return this.audit ? `All ${this.audit.done} samples of this audit are saved.` : "";
    },
    get viewPath() {
      return this.row ? `/tablet/sent/${this.row.record}/${this.row.version}` : "/tablet/sent";
    },
    raise() {
      raiseConcern(app, { ...this.row.raises, unit: this.row.unit });
    },
    async nextSample() {
      if (this.busy) return;
      this.busy = true;
      try {
        app.router.go(`/tablet/form/${await beginNextSample(app, this.row)}`);
      } catch {
        this.problem = "The next sample could not be opened. What you saved is safe. Try again from home.";
      }
      this.busy = false;
    },
  });
}
