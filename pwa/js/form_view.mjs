// Shows an assessment on the form's own elements. Touches only what changed.

import { answerWords } from "./readback.mjs";
import { questionAt } from "./rulebook.mjs";

const CONCERN = "This may be unsafe now. Make it safe first, then tell someone by voice.";
const WORKED = new Set(["worked_out", "duration"]);
const NOBODY = new Map();

export class FormView {
  #definition;
  #form;
  #holders = new Map();
  #shown = new Map();
  #sections;
  #said = new Map();
  #concerns = new Set();

  constructor(definition, form) {
    this.#definition = definition;
    this.#form = form;
    this.#sections = new Map([...form.querySelectorAll("[data-section]")].map((section) => [section.dataset.section, section]));
    this.look();
  }

  /** Looks again at what there is, after rows were made or taken away. */
  look() {
    const before = this.#holders;
    this.#holders = new Map([...this.#form.querySelectorAll("[data-question]")].map((holder) => [holder.dataset.question, holder]));
    for (const [key, holder] of before) {
      if (this.#holders.get(key) === holder) continue;
      this.#shown.delete(key);
      this.#said.delete(key);
      this.#concerns.delete(key);
    }
  }

  /** @returns {HTMLElement|undefined} the element of a question */
  holder(key) {
    return this.#holders.get(key);
  }

  /** Shows and hides questions and sections, and writes what is worked out and what is unsafe. */
  show({ visible, sections, answers, concerns }) {
    const full = new Set(sections.map(({ section }) => section));
    for (const id of this.#sections.keys()) this.#showSection(id, full.has(id));
    for (const [key, holder] of this.#holders) {
      const isWorked = WORKED.has(holder.dataset.kind);
      const on = visible.has(key) && (!isWorked || key in answers);
      if (isWorked && on) this.#writeWorked(holder, key, answers[key]);
      this.#showQuestion(key, on);
    }
    this.#showConcerns(new Set(concerns));
  }

  /**
   * Shows and hides what is asked in a part of the form, with the sections that are needed for it.
   * @param {object} part a definition @param {string[]} visible
   */
  reveal(part, visible) {
    const on = new Set(visible);
    const asked = new Map(part.sections.flatMap(({ id, questions }) => questions.map((question) => [question.id, id])));
    for (const [key, holder] of this.#holders) {
      const section = asked.get(key.split(".")[0]);
      if (!section || WORKED.has(holder.dataset.kind)) continue;
      this.#showQuestion(key, on.has(key));
      if (on.has(key)) this.#showSection(section, true);
    }
  }

  /** Writes each error at its question, and takes away those that are put right. */
  showErrors(findings) {
    const first = new Map([...findings].reverse().map((finding) => [finding.question, finding]));
    for (const [key, holder] of this.#holders) {
      const finding = first.get(key);
      const said = finding ? `${finding.severity} ${finding.message}` : "";
      if ((this.#said.get(key) ?? "") === said) continue;
      this.#said.set(key, said);
      sayError(holder, finding);
    }
  }

  #showSection(id, on) {
    set(this.#shown, `section ${id}`, on, () => { this.#sections.get(id).hidden = !on; });
  }

  #showQuestion(key, on) {
    set(this.#shown, key, on, () => { this.#holders.get(key).hidden = !on; });
  }

  #writeWorked(holder, key, value) {
    const question = questionAt(this.#definition, key);
    const output = holder.querySelector("output");
    const words = answerWords(question, value, NOBODY);
    if (output.textContent === words) return;
    output.textContent = words;
    output.dataset.score = (question.options ?? []).find((option) => option.code === value)?.score ?? "";
  }

  #showConcerns(now) {
    for (const key of this.#concerns) if (!now.has(key)) this.#holders.get(key)?.querySelector(":scope > .concern-card")?.remove();
    for (const key of now) if (!this.#concerns.has(key)) this.#holders.get(key)?.append(concernCard());
    this.#concerns = now;
  }
}

function set(known, key, value, change) {
  if (known.get(key) === value) return;
  known.set(key, value);
  change(value);
}

// The line is made when it is first needed: most questions never have one.
function sayError(holder, finding) {
  const id = `error-${holder.dataset.question}`;
  const line = holder.querySelector(`:scope > .question-error, :scope > fieldset > .question-error`) ?? errorLine(holder, id);
  line.textContent = finding?.message ?? "";
  line.hidden = !finding;
  holder.classList.toggle("has-error", finding?.severity === "error");
  holder.classList.toggle("has-warning", finding?.severity === "warning");
  for (const input of fieldsOf(holder)) {
    if (finding?.severity === "error") input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  }
}

function errorLine(holder, id) {
  const line = Object.assign(document.createElement("p"), { className: "question-error", id });
  const hint = holder.querySelector(`[id="hint-${holder.dataset.question}"]`);
  (hint ?? holder.querySelector(".question-words")).after(line);
  const described = line.parentElement.matches("fieldset") ? line.parentElement : holder.querySelector("input, select, textarea");
  described?.setAttribute("aria-describedby", [described.getAttribute("aria-describedby"), id].filter(Boolean).join(" "));
  return line;
}

// A repeat's own fields are not those of its rows.
function fieldsOf(holder) {
  if (holder.dataset.kind === "repeat") return holder.querySelectorAll("[data-none]");
  return holder.dataset.kind === "counts" ? [] : holder.querySelectorAll("input, select, textarea");
}

function concernCard() {
  const card = Object.assign(document.createElement("p"), { className: "concern-card", textContent: CONCERN });
  card.setAttribute("role", "alert");
  return card;
}
