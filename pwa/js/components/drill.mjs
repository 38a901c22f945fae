// The Wi-Fi drill: one step at a time, and what the tablet has seen so far.

import { beginDrill, fileDrill, lookAtDrill, resultForm, writeNote } from "../drill.mjs";
import { clockTime } from "../instants.mjs";
import { screen } from "./screen.mjs";

const LOOK = 3_000;

/** Of each step: its title, its words, its button, and what is said when the button was tapped too soon. */
const STEPS = {
  begin: ["Three minutes, once a month", "Wi-Fi off, write a note, close the app, open it again, Wi-Fi on. A manager sees what came of it.", "Begin"],
  off: ["Switch the Wi-Fi off", "Mobile data too. Then come back here.", "It is off", "The server still answers."],
  write: ["Write a note, and save it", "The server is away. A few words will do.", "Write the note"],
  close: ["Close the app, and open it again", "Your note is saved on this tablet. Leave the Wi-Fi off. Swipe Sightline away, open it again, and tap the drill under To do."],
  on: ["Switch the Wi-Fi on", "Your note is here again, byte for byte.", "It is on", "The server does not answer yet."],
};
const NOT_HERE = "This form is not on the tablet yet. Connect to the network once, then try again.";

export function drill(app) {
  return screen(app, {
    topics: ["outbox"],
    step: "",
    outcome: "",
    title: "",
    words: "",
    button: "",
    tooSoon: "",
    seen: [],
    problem: "",
    busy: false,
    async load() {
      const form = await resultForm(app).catch(() => null);
      if (!form) return void (this.problem = NOT_HERE);
      const { drill: known = {}, step, end } = await lookAtDrill(app);
      clearTimeout(this.timer);
      if (this.gone) return undefined;
      if (end !== undefined) return this.act(() => fileDrill(app, end));
      [this.title, this.words, this.button, this.tooSoon] = STEPS[step] ?? overWords(form, known);
      if (step !== this.step) this.problem = "";
      Object.assign(this, { step, outcome: known.outcome, seen: seenBy(form, known) });
      if (this.tooSoon) this.timer = setTimeout(() => this.load(), LOOK);
      return undefined;
    },
    leave() {
      clearTimeout(this.timer);
    },
    get canStop() {
      return this.step in STEPS && this.step !== "begin";
    },
    get passed() {
      return this.outcome === "passed";
    },
    get quiet() {
      return this.outcome && "button-quiet";
    },
    go() {
      const { step } = this;
      return this.act(async () => {
        if (step === "write") app.router.go(`/tablet/form/${await writeNote(app)}`);
        else if (!this.tooSoon) await beginDrill(app);
      }).then(() => { if (step === this.step) this.problem ||= this.tooSoon; });
    },
    stop() {
      return this.act(() => fileDrill(app, this.step));
    },
    async act(work) {
      if (this.busy) return;
      this.busy = true;
      this.problem = "";
      await work().catch((error) => { this.problem = error.name === "FormMissing" ? NOT_HERE : "It could not be saved. Try again."; });
      this.busy = false;
      if (!this.gone && !this.problem) await this.load();
    },
  });
}

function overWords({ sections }, { happened_at, received_at, what }) {
  const why = sections.flatMap(({ questions }) => questions).find(({ id }) => id === "what").options.find(({ code }) => code === what);
  return [why?.label ?? `This tablet captured, survived a restart and delivered: ${time(happened_at)} to ${time(received_at)}`, "A manager sees it.", "Do it again"];
}

function seenBy({ sections }, known) {
  return sections.at(-1).questions.filter(({ id, kind }) => kind === "instant" && known[id]).map(({ id, ask }) => ({ id, words: ask, when: time(known[id]) }));
}

function time(instant) {
  return clockTime(Date.parse(instant));
}
