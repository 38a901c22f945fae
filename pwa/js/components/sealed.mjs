// One sealed record: its answers as asked, its receipt, and the way to correct it.

import { answeredSections } from "../readback.mjs";
import { differences } from "../difference.mjs";
import { withdraw } from "../withdraw.mjs";
import { BEARING_SHORT, RESULT } from "../words.mjs";
import { receiptWords, stateOf, stateWords } from "../outbox.mjs";
import { clockTime, shortTime, toWall } from "../instants.mjs";
import { acceptors } from "../signer.mjs";
import { screen } from "./screen.mjs";

const WITHDRAWING = {
  not_yours: "Only its author may withdraw a record.",
  withdrawn: "It is withdrawn already.",
  being_corrected: "You have begun a correction of it. Save that or throw it away first: it is on the home screen.",
  failed: "It could not be withdrawn. Nothing has changed. Try again.",
};

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
    withdrawing: false,
    why: "",
    whyProblem: "",
    busy: false,
    changes: [],
    before: "",
    newer: "",
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
      const latest = await newest(app.store, row);
      this.newer = latest.version > row.version ? pathOf(latest) : "";
    },
    async describe(row) {
      const body = JSON.parse(row.body);
      const names = await app.reference.names();
      const units = new Map((await app.reference.units()).map((unit) => [unit.id, unit.name]));
      const actions = new Map((await app.reference.actions()).map((action) => [action.id, action.title]));
      const definition = await app.forms.definition(row.form_hash).catch(() => null);
      this.facts = factsOf(row, body, units, names, definition ? acceptors(definition, body.answers) : []);
      this.bearings = body.bearings.map((claim) => ({
        id: claim.action, title: actions.get(claim.action) ?? "An action no longer on the list",
        mark: `mark mark-${claim.bearing}`, words: BEARING_SHORT[claim.bearing],
      }));
      this.findings = (row.receipt?.findings ?? []).map((finding, place) => ({ place, message: finding.message }));
      this.sections = definition ? answeredSections(definition, body.answers, names) : [];
      await this.compare(row, definition, names);
      if (!definition) this.problem = "The questions of this form are not on the tablet now. The record itself is safe.";
    },
    async compare(row, definition, names) {
      const previous = row.version > 1 ? await app.store.get("record", [row.record, row.version - 1]) : null;
      this.before = previous ? pathOf(previous) : "";
      const old = previous && definition ? answeredSections(definition, JSON.parse(previous.body).answers, names) : null;
      this.changes = old ? differences(old, this.sections).map(changeRow) : [];
    },
    get ready() {
      return this.row !== null;
    },
    get withdrawn() {
      return this.row?.withdrawn === 1;
    },
    get corrected() {
      return this.before !== "" && !this.withdrawn;
    },
    get sameAnswers() {
      return this.corrected && this.changes.length === 0;
    },
    get mayWithdraw() {
      return this.ready && !this.withdrawn && this.newer === "";
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
    beginWithdrawing() {
      this.withdrawing = true;
      this.$nextTick(() => this.$refs.why.focus());
    },
    async withdraw() {
      if (this.busy) return;
      if (this.why.trim().length < 10) return this.refuse("Say why: at least 10 letters.");
      this.busy = true;
      const { row, problem } = await withdraw(app, this.row, this.why.trim()).catch(() => ({ row: null, problem: "failed" }));
      this.busy = false;
      if (!row) return this.refuse(WITHDRAWING[problem] ?? WITHDRAWING.failed);
      app.live.refreshOutbox().catch(() => {});
      app.live.announce(`Withdrawn ${clockTime(Date.parse(row.sealed_at))}. It is still kept, and counts nowhere.`);
      app.router.go(pathOf(row), { replace: true });
      app.sync.now();
      return undefined;
    },
    refuse(words) {
      this.whyProblem = words;
      this.$refs.why.focus();
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
      try {
        const id = await app.openForm.correct(await newest(app.store, this.row), this.reason.trim());
        app.router.go(`/tablet/form/${id}`);
      } catch {
        this.reasonProblem = "The correction could not be opened. Nothing has changed. Try again.";
      }
    },
  });
}

function pathOf({ record, version }) {
  return `/tablet/sent/${record}/${version}`;
}

function changeRow({ question, number, ask, before, after }) {
  return { question, number, ask, before: before || "Not answered", after: after || "Not answered" };
}

async function newest(store, row) {
  let latest = row;
  for (;;) {
    const next = await store.get("record", [row.record, latest.version + 1]);
    if (!next) return latest;
    latest = next;
  }
}

function signedWords(signatures, accepted) {
  if (signatures.length === 0) return "Not signed: saved before this tablet had PINs";
  if (signatures.length > 1) return "By its author and by who accepted it";
  return accepted.length === 0 ? "By its author" : "By its author. Who accepted it gave no PIN";
}

function factsOf(row, body, units, names, accepted) {
  const time = (instant) => shortTime(toWall(instant), 0);
  const facts = [
    ["Happened", time(body.happened_at)],
    ["Saved on this tablet", time(body.recorded_at)],
    ["Received", row.receipt ? shortTime(Date.parse(row.receipt.received_at), 0) : "Not yet"],
    ["Where", units.get(body.unit) ?? ""],
    ["Begun by", body.begun_by ? names.get(body.begun_by) ?? "someone no longer on the list" : ""],
    ["Result", RESULT[row.result] + (body.lowered_to ? `, lowered: ${body.lowered_reason}` : "")],
    ["Form", `${row.code}, version ${body.form_version}`],
    ["Number on this tablet", String(row.tablet_seq)],
    ["Number on the server", row.receipt ? String(row.receipt.seq) : ""],
    [body.withdrawn ? "Reason for withdrawing it" : "Reason for the correction", body.reason],
    ["Signed", signedWords(row.signatures ?? [], accepted)],
    ["Fingerprint", row.sha256.slice(0, 16)],
  ];
  return facts.filter(([, words]) => words).map(([name, words]) => ({ name, words }));
}
