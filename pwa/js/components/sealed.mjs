// One sealed record: its answers as asked, its receipt, and the way to correct it.

import { answeredSections } from "../readback.mjs";
import { BEARING_SHORT, RESULT } from "../words.mjs";
import { receiptWords, stateOf, stateWords } from "../outbox.mjs";
import { shortTime, toWall } from "../instants.mjs";
import { screen } from "./screen.mjs";

export function sealed(app) {
  return screen(app, {
    topics: ["outbox"],
    problem: "",
    title: "",
    facts: [],
    sections: [],
    bearings: [],
    findings: [],
    reason: "",
    reasonProblem: "",
    correcting: false,
    row: null,
    async load() {
      const { record, version } = app.live.state.parts;
      const row = await app.store.get("record", [record, Number(version)]);
      if (!row || row.author !== app.author.current?.id) {
        this.problem = "There is no record of yours here under that address.";
        return;
      }
      this.row = row;
      this.title = row.title;
      await this.describe(row);
    },
    async describe(row) {
      const body = JSON.parse(row.body);
      const names = await app.reference.names();
      const units = new Map((await app.reference.units()).map((unit) => [unit.id, unit.name]));
      const actions = new Map((await app.reference.actions()).map((action) => [action.id, action.title]));
      this.facts = factsOf(row, body, units);
      this.bearings = body.bearings.map((claim) => ({
        id: claim.action, title: actions.get(claim.action) ?? "An action no longer on the list",
        mark: `mark mark-${claim.bearing}`, words: BEARING_SHORT[claim.bearing],
      }));
      this.findings = (row.receipt?.findings ?? []).map((finding, place) => ({ place, message: finding.message }));
      const definition = await app.forms.definition(row.form_hash).catch(() => null);
      this.sections = definition ? answeredSections(definition, body.answers, names) : [];
      if (!definition) this.problem = "The questions of this form are not on the tablet now. The record itself is safe.";
    },
    get ready() {
      return this.row !== null;
    },
    get stateWords() {
      return this.row ? receiptWords(this.row.receipt) || stateWords(stateOf(this.row, app.push.inFlight)) : "";
    },
    get stateMark() {
      return this.row ? `mark mark-${stateOf(this.row, app.push.inFlight)}` : "";
    },
    answerClass(row) {
      if (row.score) return `mark mark-${row.score}`;
      return row.concern ? "mark mark-concern" : "answers-text";
    },
    beginCorrecting() {
      this.correcting = true;
      this.$nextTick(() => this.$refs.reason.focus());
    },
    async correct() {
      if (this.reason.trim().length < 10) {
        this.reasonProblem = "Say what was wrong: at least 10 letters.";
        this.$refs.reason.focus();
        return;
      }
      const latest = await newest(app.store, this.row);
      const id = await app.openForm.correct(latest, this.reason.trim());
      app.router.go(`/tablet/form/${id}`);
    },
  });
}

async function newest(store, row) {
  let latest = row;
  for (;;) {
    const next = await store.get("record", [row.record, latest.version + 1]);
    if (!next) return latest;
    latest = next;
  }
}

function factsOf(row, body, units) {
  const time = (instant) => shortTime(toWall(instant), 0);
  const facts = [
    ["Happened", time(body.happened_at)],
    ["Saved on this tablet", time(body.recorded_at)],
    ["Received", row.receipt ? shortTime(Date.parse(row.receipt.received_at), 0) : "Not yet"],
    ["Where", units.get(body.unit) ?? ""],
    ["Result", RESULT[row.result] + (body.lowered_to ? `, lowered: ${body.lowered_reason}` : "")],
    ["Form", `${row.code}, version ${body.form_version}`],
    ["Number on this tablet", String(row.tablet_seq)],
    ["Number on the server", row.receipt ? String(row.receipt.seq) : ""],
    ["Reason for the correction", body.reason],
    ["Fingerprint", row.sha256.slice(0, 16)],
  ];
  return facts.filter(([, words]) => words).map(([name, words]) => ({ name, words }));
}
