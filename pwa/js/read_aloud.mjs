// A question and its answers read aloud, for a person who would rather listen. Only where the browser can speak.

/** Shows the buttons, where there is a voice. */
export function offerReading(root) {
  if (!("speechSynthesis" in globalThis)) return;
  for (const button of root.querySelectorAll("[data-aloud]")) button.hidden = false;
}

/** Reads the question, or falls silent if something is being read. */
export function toggleReading(holder) {
  const { speechSynthesis } = globalThis;
  if (!speechSynthesis.speaking) speechSynthesis.speak(spoken(textOf(holder)));
  else speechSynthesis.cancel();
}

/** What is said: the question, then each answer after a pause. */
export function textOf(holder) {
  const answers = [...holder.querySelectorAll(".choice")].map((label) => label.textContent.trim());
  return `${[holder.querySelector(".question-ask").textContent.trim(), ...answers].join(". ")}.`;
}

function spoken(text) {
  return Object.assign(new SpeechSynthesisUtterance(text), { lang: "en-GB", rate: 0.9 });
}
