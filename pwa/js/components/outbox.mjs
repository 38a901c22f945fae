// Everything on this tablet that has no receipt, of every author, with what happened to it last.

import { keyOf, stateOf, stateWords } from "../outbox.mjs";
import { shortTime } from "../instants.mjs";
import { screen } from "./screen.mjs";

export function outbox(app) {
  return screen(app, {
    topics: ["outbox"],
    rows: [],
    async load() {
      const now = app.clock.wall();
      this.rows = (await app.store.all("record", { index: "waiting", limit: 100 })).map((row) => outboxRow(row, app.push.inFlight, now));
    },
    get live() {
      return app.live.state;
    },
    get empty() {
      return this.loaded && this.rows.length === 0;
    },
    get sendWords() {
      return this.live.busy ? "Sending" : "Send now";
    },
    async sendNow() {
      const made = await app.sync.now({ again: true });
      await app.live.refreshOutbox();
      if (!made) app.live.announce("Sending is under way already.");
      else app.live.announce(app.live.state.outboxWords);
    },
  });
}

function outboxRow(row, inFlight, now) {
  const state = stateOf(row, inFlight);
  const tries = row.attempt ? `Tried ${row.attempt.count} time${row.attempt.count === 1 ? "" : "s"}, last ${shortTime(Date.parse(row.attempt.at), now)}.` : "";
  return {
    key: keyOf(row), record: row.record, state, stateWords: stateWords(state), title: row.title,
    words: `${row.author_name}, saved ${shortTime(Date.parse(row.sealed_at), now)}, number ${row.tablet_seq}`,
    reason: row.attempt?.reason ?? "", tries, mark: `mark mark-${state}`,
  };
}
