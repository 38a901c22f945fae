// What hangs on an answer, as a small form of its own: judged in no time, while a finger waits.

const ANY = ["fell_short", "theme"]; // rules that look at all answers
const known = new WeakMap();

/**
 * The questions that this answer may show or hide, and all that their rules look at: this part of a form shows of them what the whole does.
 * It finds no faults.
 * @param {object} definition @param {string} key of the answer @returns {object|null} a definition; null when nothing hangs on it
 */
export function partHanging(definition, key) {
  const [id] = key.split(".");
  if (!known.has(definition)) known.set(definition, { looks: looksOf(definition), parts: new Map() });
  const { looks, parts } = known.get(definition);
  if (!parts.has(id)) parts.set(id, partOf(definition, looks, id));
  return parts.get(id);
}

// Rules look only at what stands above them: one walk down finds what hangs on an answer, one up what that looks at.
function partOf(definition, looks, id) {
  const wanted = new Set();
  for (const [each, at] of looks) if (at.has(id) || [...wanted].some((one) => at.has(one))) wanted.add(each);
  if (wanted.size === 0) return null;
  for (const [each, at] of [...looks].reverse()) if (wanted.has(each)) at.forEach((one) => wanted.add(one));
  const sections = definition.sections.map((section) => ({ ...section, questions: section.questions.filter((question) => wanted.has(question.id)) }));
  return { ...definition, checks: [], sections };
}

// At which questions each one looks: those above whose name stands anywhere in it. The rows of a repeat look at their own.
function looksOf(definition) {
  const [owners, looks] = [new Map(), new Map()];
  for (const { show_when, questions } of definition.sections) {
    for (const { id, ...rest } of questions) {
      for (const each of [id, ...(rest.questions ?? []).map((row) => row.id)]) owners.set(each, id);
      const words = wordsOf([show_when, rest]);
      looks.set(id, new Set(words.some((word) => ANY.includes(word)) ? owners.values() : words.map((word) => owners.get(word))));
    }
  }
  return looks;
}

function wordsOf(value) {
  return value && typeof value === "object" ? Object.values(value).flatMap(wordsOf) : [value];
}
