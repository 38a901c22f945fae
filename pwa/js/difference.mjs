// What a version of a record changed against the version before it.

/**
 * @param {{rows: {question: string, ask: string, number: string, text: string, where: string, value: any}[]}[]} before sections as readback.mjs gives them
 * @param {typeof before} after
 * @returns {{question: string, number: string, ask: string, before: string, after: string}[]} in the order of the form; "" is no answer
 */
export function differences(before, after) {
  const [old, now] = [before, after].map((sections) => new Map(sections.flatMap((section) => section.rows).map((row) => [row.question, row])));
  const keys = [...new Set([...now.keys(), ...old.keys()])];
  const same = (key) => old.get(key)?.text === now.get(key)?.text && String(old.get(key)?.value) === String(now.get(key)?.value);
  const saysNone = (key) => keys.some((each) => each.startsWith(`${key}.`)); // the rows tell it
  return keys.filter((key) => !same(key) && !saysNone(key)).map((key) => {
    const { question, number, ask, where } = now.get(key) ?? old.get(key);
    return { question, number, ask: where ? `${where}: ${ask}` : ask, before: old.get(key)?.text ?? "", after: now.get(key)?.text ?? "" };
  });
}
