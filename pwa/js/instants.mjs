// Times. Stored as UTC to the second ("2026-03-29T00:30:00Z"); shown and typed as the time on a British wall clock.

const LONDON = "Europe/London";
const MINUTE = 60_000;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;
const LOCAL = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::\d{2}(?:\.\d+)?)?$/;

const PARTS = onceMade({
  timeZone: LONDON, hourCycle: "h23",
  year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit",
});
const DAY = onceMade({ timeZone: LONDON, weekday: "short", day: "numeric", month: "short" });
const LONG_DAY = onceMade({ timeZone: "UTC", day: "numeric", month: "long", year: "numeric" });

/** @param {number} wall milliseconds since 1970 @returns {string} "2026-03-29T00:30:00Z" */
export function toInstant(wall) {
  return `${new Date(wall).toISOString().slice(0, 19)}Z`;
}

/** @param {string} instant @returns {number} milliseconds since 1970, or NaN if it is not an instant. */
export function toWall(instant) {
  return INSTANT.test(instant) ? Date.parse(instant) : Number.NaN;
}

/**
 * The UTC instant of a time typed on a London wall clock.
 * An hour that comes twice (October) is taken as the one nearest to `near`; one that never comes (March) is not a time.
 * @param {string} local "2026-10-25T01:30", as a datetime-local field gives it
 * @param {number} near milliseconds since 1970
 * @returns {string} the instant, or "" if there is no such time
 */
export function fromLocal(local, near) {
  const found = LOCAL.exec(local);
  if (!found) return "";
  const [year, month, day, hour, minute] = found.slice(1).map(Number);
  const asIfUtc = Date.UTC(year, month - 1, day, hour, minute);
  const wanted = `${local.slice(0, 16)}`;
  const fitting = [asIfUtc, asIfUtc - 60 * MINUTE].filter((wall) => toLocal(toInstant(wall)) === wanted);
  if (fitting.length === 0) return "";
  fitting.sort((a, b) => Math.abs(a - near) - Math.abs(b - near));
  return toInstant(fitting[0]);
}

/** @param {string} instant @returns {string} "2026-03-29T01:30" on a London wall clock, or "" if it is not an instant. */
export function toLocal(instant) {
  const wall = toWall(instant);
  if (Number.isNaN(wall)) return "";
  const part = londonParts(wall);
  return `${part.year}-${part.month}-${part.day}T${part.hour}:${part.minute}`;
}

/** @param {number} wall @returns {string} "14:05" */
export function clockTime(wall) {
  const part = londonParts(wall);
  return `${part.hour}:${part.minute}`;
}

/** @returns {string} "14:05" if it is the same London day as `now`, else "Sat 28 Mar, 14:05". */
export function shortTime(wall, now) {
  const time = clockTime(wall);
  return sameDay(wall, now) ? time : `${DAY().format(wall)}, ${time}`;
}

/** @param {string} date "2026-03-29" @returns {string} "29 March 2026", or the text itself if it is not a date. */
export function longDate(date) {
  const wall = /^\d{4}-\d{2}-\d{2}$/.test(date) ? Date.parse(`${date}T00:00:00Z`) : Number.NaN;
  return Number.isNaN(wall) ? date : LONG_DAY().format(wall);
}

/** @returns {string} how long ago, in words a person would say: "just now", "22 min", "3 h", "2 days". */
export function age(wall, now) {
  const minutes = Math.max(0, Math.floor((now - wall) / MINUTE));
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h`;
  return `${Math.floor(minutes / (24 * 60))} days`;
}

/** The same, as a sentence part: "just now", "22 min ago". */
export function ago(wall, now) {
  const words = age(wall, now);
  return words === "just now" ? words : `${words} ago`;
}

/** The shift the London clock says it is: day from 07:00, late from 14:00, night from 21:00. */
export function shiftAt(wall) {
  const hour = Number(londonParts(wall).hour);
  if (hour >= 7 && hour < 14) return "day";
  return hour >= 14 && hour < 21 ? "late" : "night";
}

/** @returns {"morning"|"afternoon"|"evening"|"night"} for a greeting. */
export function partOfDay(wall) {
  const hour = Number(londonParts(wall).hour);
  if (hour < 5) return "night";
  if (hour < 12) return "morning";
  return hour < 18 ? "afternoon" : "evening";
}

function sameDay(a, b) {
  return toLocal(toInstant(a)).slice(0, 10) === toLocal(toInstant(b)).slice(0, 10);
}

// Each takes a slow tablet some ten milliseconds to make, and the lock screen needs none.
function onceMade(options) {
  let made = null;
  return () => (made ??= new Intl.DateTimeFormat("en-GB", options));
}

function londonParts(wall) {
  return Object.fromEntries(PARTS().formatToParts(wall).map(({ type, value }) => [type, value]));
}
