// Everything on this tablet that has no receipt, of every author, with what happened to it last.

import { keyOf, stateOf, stateWords } from "../outbox.mjs";
import { count } from "../words.mjs";
import { bring, broughtHere, putAway, sendBrought } from "../copies.mjs";
import { saveCopy } from "../export.mjs";
import { shortTime } from "../instants.mjs";
import { screen } from "./screen.mjs";

export function outbox(app) {
  return screen(app, {
    topics: ["outbox"],
    rows: [],
    copyWords: "",
    brought: [],
    broughtWords: "",
    async load() {
      const now = app.clock.wall();
      const author = app.author.current?.id;
      const rows = await app.store.all("record", { index: "waiting", limit: 100, clear: !author }); // locked: no names, no titles
      this.brought = (await broughtHere(app.store)).map((copy) => broughtRow(copy, now));
      this.rows = rows.map((row) => outboxRow(row, app.push.inFlight, now, author));
    },
    get live() {
      return app.live.state;
    },
    get empty() {
      return this.loaded && this.rows.length === 0 && this.live.waiting === 0; // one that cannot be read is in no list, and waits all the same
    },
    get waits() {
      return this.live.waiting > 0;
    },
    async saveCopy() {
      const saved = await saveCopy(app).catch(() => null);
      if (saved === null) this.copyWords = "The copy could not be made. What waits is still here.";
      else this.copyWords = `A copy of ${count(saved, "record")} is saved as a file. Only the server can open it. Give it to a manager. They still wait here too.`;
    },
    async bring(event) {
      const [file] = event.target.files;
      const copy = file && (await file.text().then((text) => bring(app.store, text)).catch(() => undefined));
      event.target.value = "";
      if (!file) return;
      if (!copy) this.broughtWords = copy === null ? "This is not a copy that a tablet saved." : "It could not be kept here. Keep the file.";
      else if (await sendBrought(app, true)) this.broughtWords = `${count(copy.file.rows.length, "record")} from ${copy.name}: the server has each, once.`;
      else this.broughtWords = "Kept here, still encrypted, until the server has taken it.";
      await this.load();
    },
    async putAway(event) {
      await putAway(app.store, event.target.dataset.digest);
      this.broughtWords = "";
      await this.load();
    },
    get sendWords() {
      return this.live.busy ? "Sending" : "Send now";
    },
    async sendNow() {
      const made = await app.sync.now({ again: true });
      await sendBrought(app, true);
      await app.live.refreshOutbox();
      if (!made) app.live.announce("Sending is under way already.");
      else app.live.announce(app.live.state.outboxWords);
    },
  });
}

function broughtRow({ digest, name, made_at, file, reason }, now) {
  return { digest, reason, words: `${count(file.rows.length, "record")} from ${name}, copied ${shortTime(Date.parse(made_at), now)}` };
}

// Who raised a concern about a manager is nobody else's to know.
function outboxRow(row, inFlight, now, author) {
  const secret = !author || (row.restricted && row.author !== author);
  const state = stateOf(row, inFlight);
  const tries = row.attempt ? `Tried ${row.attempt.count} time${row.attempt.count === 1 ? "" : "s"}, last ${shortTime(Date.parse(row.attempt.at), now)}.` : "";
  return {
    key: keyOf(row), record: row.record, state, stateWords: stateWords(state), title: secret ? "A record" : row.title,
    words: `${secret ? "Somebody" : row.author_name}, saved ${shortTime(Date.parse(row.sealed_at), now)}, number ${row.tablet_seq}`,
    reason: row.attempt?.reason ?? "", tries, mark: `mark mark-${state}`,
  };
}
