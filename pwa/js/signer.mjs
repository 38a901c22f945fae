// The second person, who accepts on the same tablet: chooses their name, then says so with a tap of their own.

/** @returns {string} the id of who accepted, "" before */
export function readSigner(holder) {
  const { select, accept } = parts(holder);
  return accept.checked ? select.value : "";
}

export function writeSigner(holder, raw) {
  const { select, accept } = parts(holder);
  select.value = raw;
  nameSigner(holder, select);
  accept.checked = raw !== "" && select.value === raw;
}

/** After the name was chosen: the tap to accept is that person's own, so another name takes it back. */
export function nameSigner(holder, changed) {
  const { select, accept, words } = parts(holder);
  if (changed !== select) return;
  accept.checked = false;
  accept.disabled = select.value === "";
  words.textContent = select.value ? `I am ${select.selectedOptions[0].textContent}. I accept` : "I accept";
}

/** @returns {string[]} the ids of those who accepted, as the sealed answers name them */
export function acceptors(definition, answers) {
  const asked = definition.sections.flatMap((section) => section.questions).filter((question) => question.kind === "signer");
  return asked.map((question) => answers[question.id]).filter(Boolean);
}

/** Nobody accepts from themself. */
export function leaveOut(root, author) {
  for (const select of root.querySelectorAll('[data-kind="signer"] select')) {
    [...select.options].find((option) => option.value === author)?.remove();
  }
}

function parts(holder) {
  return { select: holder.querySelector("select"), accept: holder.querySelector("[data-accept]"), words: holder.querySelector("[data-accept-words]") };
}
