// Shows an assessment on the form's own elements. Touches only what changed.

/** Shows and hides questions and sections, and writes how far each section is. */
export function showAssessment(form, assessment) {
  for (const holder of form.querySelectorAll("[data-question]")) setHidden(holder, !assessment.visible.has(holder.dataset.question));
  const progress = new Map(assessment.sections.map((section) => [section.section, section]));
  for (const section of form.querySelectorAll("[data-section]")) setHidden(section, !progress.has(section.dataset.section));
}

/** Writes each error at its question, and takes away those that are put right. */
export function showErrors(form, findings) {
  const messages = new Map([...findings].reverse().map((finding) => [finding.question, finding]));
  for (const line of form.querySelectorAll(".question-error")) {
    const holder = line.closest("[data-question]");
    const finding = messages.get(holder.dataset.question);
    const text = finding?.message ?? "";
    if (line.textContent === text) continue;
    line.textContent = text;
    line.hidden = text === "";
    holder.classList.toggle("has-error", finding?.severity === "error");
    holder.classList.toggle("has-warning", finding?.severity === "warning");
    for (const input of holder.querySelectorAll("input, select, textarea")) {
      if (finding?.severity === "error") input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
    }
  }
}

function setHidden(element, hidden) {
  if (element.hidden !== hidden) element.hidden = hidden;
}
