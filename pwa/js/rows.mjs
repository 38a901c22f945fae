// The rows of a repeat as the draft keeps them: a list of names in order, or ["none"].

/** @param {string|string[]|undefined} raw of the repeat @returns {string[]} the rows, without "none" */
export function rowNames(raw) {
  return [raw ?? []].flat().filter((name) => name !== "" && name !== "none");
}

/** A name that no row of this repeat ever had in this draft: what a row taken away held must not come back in a new one. */
export function nextRow(raw, repeat) {
  const used = Object.keys(raw).filter((key) => key.startsWith(`${repeat}.`)).map((key) => key.split(".")[1]);
  const numbers = [...rowNames(raw[repeat]), ...used].filter((name) => /^[1-9]\d{0,8}$/.test(name)).map(Number);
  return String(Math.max(0, ...numbers) + 1);
}

/** @returns {boolean} whether the repeat says that there are none */
export function saysNone(raw) {
  return [raw ?? []].flat().includes("none");
}
