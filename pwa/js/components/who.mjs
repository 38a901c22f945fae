// The locked tablet: a name, then that person's PIN. Somebody's first time on this tablet asks the server.

import { matches } from "../reference.mjs";
import { problemWords } from "../sign_in.mjs";
import { screen } from "./screen.mjs";
import { withPinSteps } from "./pin_steps.mjs";

const MANY = 8; // more names than a screen shows: then there is a search
const GONE = ["removed", "no_bundle"];
const OVERTAKEN = "overtaken";

export function who(app) {
  return screen(app, withPinSteps(app, {
    people: [],
    staff: [],
    typed: "",
    first: false,
    asking: false,
    unanswered: false,
    chosen: null,
    async load() {
      this.people = await app.vault.people();
      if (this.people.length === 0) await this.askFirst();
    },
    get live() {
      return app.live.state;
    },
    get heading() {
      if (this.typing) return this.phaseWords;
      return this.first ? "First time on this tablet" : "Who are you?";
    },
    get forConcern() {
      return this.live.path === "/tablet/concern";
    },
    get waitingWords() {
      if (this.live.waiting === 0) return "";
      if (this.live.cold) return this.live.outboxWords;
      return `${this.live.outboxWords}. ${this.live.away ? "Sending goes on when the network is back." : "Sending goes on."}`;
    },
    get members() {
      return this.first ? this.staff : this.people;
    },
    get shown() {
      return this.chosen ? [] : this.members.filter((member) => matches(this.typed, member.name, member.role)).slice(0, 100);
    },
    get listing() {
      return this.chosen === null;
    },
    get many() {
      return this.members.length > MANY;
    },
    get inviting() {
      return this.first && this.shown.length > 0;
    },
    get nobodyWords() {
      if (!this.loaded || !this.listing || this.asking || this.unanswered || this.shown.length > 0) return "";
      if (this.typed) return "Nobody here has that name.";
      return "Everyone who may work here has signed in on this tablet already. Is your name missing? Ask a manager.";
    },
    get typing() {
      return this.chosen !== null && this.chosen.pin !== "none";
    },
    get listProblem() {
      return this.typing ? "" : this.problem;
    },
    get mayAskFirst() {
      return this.listing && !this.first;
    },
    get mayAskAgain() {
      return this.listing && this.first && this.unanswered;
    },
    get mayGoBack() {
      return this.chosen !== null || (this.first && this.people.length > 0);
    },
    pinWords() {
      return this.chosen?.pin === "first" ? `First PIN of ${this.chosen.name}` : `PIN of ${this.chosen?.name}`;
    },
    async askFirst() {
      Object.assign(this, { first: true, problem: "", typed: "", asking: true });
      const { staff, problem } = await app.vault.staffHere();
      const known = new Set(this.people.map((member) => member.id));
      Object.assign(this, { asking: false, unanswered: problem !== "", staff: staff.filter((member) => !known.has(member.id)), problem: problemWords({ problem }) });
    },
    choose(member) {
      this.startOver();
      Object.assign(this, { chosen: member, problem: member.pin === "none" ? problemWords({ problem: "no_pin" }) : "" });
      return this.ask("pin");
    },
    back() {
      if (!this.chosen) this.first = false;
      this.startOver();
      this.chosen = null;
      this.$nextTick(() => document.querySelector('[data-screen="who"] h1')?.focus());
    },
    attempt({ pin, newPin }) {
      const { id } = this.chosen;
      return this.first ? app.vault.signInFirst({ staff: id, pin, newPin }) : app.vault.unlock(id, pin);
    },
    done() {
      app.live.unlocked(app.author.current?.id); // not who is chosen now: that may be another, or nobody
    },
    // The keys of this person are no longer here: the way in is the first time again. Or they came too late, and may be here by now.
    async refused({ problem }) {
      if (problem !== OVERTAKEN && !GONE.includes(problem)) return;
      const words = this.problem;
      this.back();
      this.people = await app.vault.people();
      if (problem === OVERTAKEN) this.first = false;
      else await this.askFirst();
      this.problem = this.problem ? `${words} ${this.problem}` : words;
    },
  }));
}
