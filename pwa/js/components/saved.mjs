// "Saved on this tablet 14:05": reached only after the store said that the transaction is done.

import { CALL_NOW, RESULT } from "../words.mjs";
import { clockTime } from "../instants.mjs";
import { receiptWords, stateOf, stateWords } from "../outbox.mjs";
import { screen } from "./screen.mjs";

export function saved(app) {
  return screen(app, {
    topics: ["outbox"],
    row: null,
    async load() {
      const { record, version } = app.live.state.parts;
      this.row = (await app.store.get("record", [record, Number(version)])) ?? null;
    },
    get heading() {
      return this.row ? `Saved on this tablet ${clockTime(Date.parse(this.row.sealed_at))}` : "This record is not on this tablet";
    },
    get title() {
      return this.row ? this.row.title : "";
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
      return this.row !== null && this.row.concerns > 0;
    },
    get concernWords() {
      return app.live.state.away || !navigator.onLine ? CALL_NOW : "This app does not alert anyone. If someone is at risk, call now.";
    },
    get viewPath() {
      return this.row ? `/tablet/sent/${this.row.record}/${this.row.version}` : "/tablet/sent";
    },
  });
}
