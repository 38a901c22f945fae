// The words for codes, the same on every screen.

export const RESULT = { met: "Met", partly: "Partly met", not_met: "Not met", not_scored: "Not scored" };

export const BEARING = {
  supports: "Supports it: practice is as it should be",
  inconclusive: "Says nothing either way",
  contradicts: "Speaks against it: practice is not there yet",
};

export const BEARING_SHORT = { supports: "Supports", inconclusive: "Inconclusive", contradicts: "Contradicts" };

export const CALL_NOW = "This app does not alert anyone while offline. Call now.";

/** What is said wherever an answer raised a concern. @param {boolean} away whether the server does not answer */
export function concernWords(away) {
  return away ? CALL_NOW : "This app does not alert anyone. If someone is at risk, call now.";
}

/** "1 question", "3 questions". */
export function count(number, one, many = `${one}s`) {
  return `${number} ${number === 1 ? one : many}`;
}
