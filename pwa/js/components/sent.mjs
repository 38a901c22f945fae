// What I sent: the sealed records of the person using the tablet, newest first, with their receipts.

import { keyOf, receiptWords, stateOf, stateWords } from "../outbox.mjs";
import { RESULT } from "../words.mjs";
import { shortTime } from "../instants.mjs";
import { screen } from "./screen.mjs";

const PAGE = 100;

export function sent(app) {
  return screen(app, {
    topics: ["outbox"],
    rows: [],
    async load() {
      const author = app.author.current?.id;
      const all = await app.store.all("record", { reverse: true, limit: PAGE * 5 });
      const now = app.clock.wall();
      this.rows = all.filter((row) => row.author === author).sort((a, b) => (a.sealed_at < b.sealed_at ? 1 : -1)).slice(0, PAGE).map((row) => sentRow(row, app.push.inFlight, now));
    },
    get empty() {
      return this.loaded && this.rows.length === 0;
    },
  });
}

function versionWords({ withdrawn, correction, version }) {
  if (withdrawn) return ", withdrawn";
  return correction ? `, correction ${version - 1}` : "";
}

function sentRow(row, inFlight, now) {
  const state = stateOf(row, inFlight);
  return {
    key: keyOf(row), record: row.record, state, path: `/tablet/sent/${row.record}/${row.version}`, title: row.title,
    words: `Saved ${shortTime(Date.parse(row.sealed_at), now)}${versionWords(row)}`,
    receipt: receiptWords(row.receipt) || stateWords(state),
    resultWords: RESULT[row.result] ?? "", mark: `mark mark-${row.result}`, stateMark: `mark mark-${state}`, stateWords: stateWords(state),
  };
}
