// What a version of a record changed against the version before it.

/**
 * @param {{rows: {question: string, ask: string, number: string, text: string}[]}[]} before sections as readback.mjs gives them
 * @param {typeof before} after
 * @returns {{question: string, number: string, ask: string, before: string, after: string}[]} in the order of the form; "" is no answer
 */
export function differences(before, after) {
  const [old, now] = [before, after].map((sections) => new Map(sections.flatMap((section) => section.rows).map((row) => [row.question, row])));
  return [...new Map([...now, ...old]).values()]
    .map(({ question, number, ask }) => ({ question, number, ask, before: old.get(question)?.text ?? "", after: now.get(question)?.text ?? "" }))
    .filter((row) => row.before !== row.after);
}
