// Minutes in words a person would say. Its Python twin is server/form_words.py.

const HOUR = 60;
const DAY = 24 * HOUR;

/** @param {number} minutes whole @returns {string} "25 min", "1 h 25 min", "2 days 3 h", "minus 5 min" */
export function durationWords(minutes) {
  if (minutes < 0) return `minus ${durationWords(-minutes)}`;
  const [days, hours] = minutes < 2 * DAY ? [0, Math.floor(minutes / HOUR)] : [Math.floor(minutes / DAY), Math.floor((minutes % DAY) / HOUR)];
  const parts = [days && `${days} days`, hours && `${hours} h`, minutes % HOUR && `${minutes % HOUR} min`];
  return parts.filter(Boolean).join(" ") || "0 min";
}
