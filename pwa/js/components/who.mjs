// Who uses the tablet: a name, then their PIN. The first time on this tablet asks the server.

import { matches } from "../reference.mjs";
import { problemWords } from "../sign_in.mjs";
import { screen } from "./screen.mjs";

const PIN = /^[0-9]{6}$/;

export function who(app) {
  return screen(app, {
    people: [],
    staff: [],
    typed: "",
    first: false,
    chosen: null,
    pin: "",
    newPin: "",
    again: "",
    choosing: false,
    problem: "",
    busy: false,
    async load() {
      this.people = await app.vault.people();
      if (this.people.length === 0) await this.askFirst();
    },
    get live() {
      return app.live.state;
    },
    get heading() {
      if (!this.chosen) return this.first ? "First time on this tablet" : "Who are you?";
      return this.choosing ? "Choose a PIN of your own" : `PIN of ${this.chosen.name}`;
    },
    get shown() {
      if (this.chosen) return [];
      const members = this.first ? this.staff : this.people;
      return members.filter((member) => matches(this.typed, member.name, member.role)).slice(0, 100);
    },
    get listing() {
      return this.chosen === null;
    },
    get nobody() {
      return this.loaded && this.listing && !this.busy && this.shown.length === 0;
    },
    get mayAskFirst() {
      return this.listing && !this.first;
    },
    get mayGoBack() {
      return this.chosen !== null || (this.first && this.people.length > 0);
    },
    get asking() {
      return this.chosen !== null && !this.choosing;
    },
    async askFirst() {
      this.first = true;
      this.problem = "";
      this.busy = true;
      const { staff, problem } = await app.vault.staffHere();
      this.busy = false;
      const known = new Set(this.people.map((member) => member.id));
      this.staff = staff.filter((member) => !known.has(member.id));
      this.problem = problemWords({ problem });
    },
    choose(member) {
      const { pin } = this.$refs; // looked up now: the tile that was tapped is about to leave the page
      this.chosen = member;
      this.problem = member.pin === "none" ? problemWords({ problem: "no_pin" }) : "";
      this.$nextTick(() => pin.focus());
    },
    back() {
      if (!this.chosen) this.first = false;
      Object.assign(this, { chosen: null, pin: "", newPin: "", again: "", choosing: false, problem: "" });
    },
    typedPin() {
      return PIN.test(this.pin) ? this.enter() : undefined;
    },
    async enter() {
      if (this.busy) return undefined;
      this.busy = true;
      this.problem = "";
      const { pin, newPin } = this;
      const staff = this.chosen.id;
      const outcome = await (this.first ? app.vault.signInFirst({ staff, pin, newPin }) : app.vault.unlock(staff, pin)).catch(failed);
      this.busy = false;
      if (outcome.ok) return app.router.go(app.live.afterUnlock(staff), { replace: true });
      return this.refuse(outcome);
    },
    refuse(outcome) {
      const { problem } = outcome;
      this.problem = problemWords(outcome);
      if (problem === "must_change" || problem === "weak") {
        Object.assign(this, { choosing: true, newPin: "", again: "" });
        return this.$nextTick(() => this.$refs.newPin.focus());
      }
      this.pin = "";
      if (problem === "removed" || problem === "no_bundle") return this.forgotten();
      return this.$nextTick(() => this.$refs.pin.focus());
    },
    async forgotten() {
      const { problem } = this;
      this.back();
      this.people = await app.vault.people();
      await this.askFirst();
      this.problem = problem;
    },
    chooseNew() {
      if (!PIN.test(this.newPin)) this.problem = "A PIN is six digits.";
      else if (this.newPin !== this.again) this.problem = "The two are not the same. Type them again.";
      else return this.enter();
      return undefined;
    },
  });
}

function failed(error) {
  console.error(error);
  return { ok: false, problem: "failed" };
}
