import assert from "node:assert/strict";
import test from "node:test";
import { age, ago, clockTime, fromLocal, longDate, partOfDay, shiftAt, shortTime, toInstant, toLocal, toWall } from "../../pwa/js/instants.mjs";
import { Clock } from "../../pwa/js/clock.mjs";

const at = (instant) => Date.parse(instant);
const near = (local, instant) => fromLocal(local, at(instant));

test("winter and summer times on a London clock become UTC", () => {
  assert.equal(near("2026-01-15T09:30", "2026-01-15T10:00:00Z"), "2026-01-15T09:30:00Z");
  assert.equal(near("2026-07-15T09:30", "2026-07-15T10:00:00Z"), "2026-07-15T08:30:00Z");
});

test("on 29 March 2026 the hour from 01:00 to 02:00 does not exist", () => {
  assert.equal(near("2026-03-29T00:59", "2026-03-29T03:00:00Z"), "2026-03-29T00:59:00Z");
  assert.equal(near("2026-03-29T01:00", "2026-03-29T03:00:00Z"), "");
  assert.equal(near("2026-03-29T01:59", "2026-03-29T03:00:00Z"), "");
  assert.equal(near("2026-03-29T02:00", "2026-03-29T03:00:00Z"), "2026-03-29T01:00:00Z");
});

test("on 25 October 2026 the hour from 01:00 to 02:00 comes twice: the one nearest to now is meant", () => {
  assert.equal(near("2026-10-25T01:30", "2026-10-25T00:40:00Z"), "2026-10-25T00:30:00Z");
  assert.equal(near("2026-10-25T01:30", "2026-10-25T01:40:00Z"), "2026-10-25T01:30:00Z");
  assert.equal(near("2026-10-25T02:00", "2026-10-25T02:10:00Z"), "2026-10-25T02:00:00Z");
});

test("every quarter of an hour around both changes goes to the wall clock and back", () => {
  for (const day of ["2026-03-29", "2026-10-25"]) {
    for (let wall = at(`${day}T00:00:00Z`) - 7_200_000; wall < at(`${day}T04:00:00Z`); wall += 900_000) {
      assert.equal(fromLocal(toLocal(toInstant(wall)), wall), toInstant(wall));
    }
  }
});

test("what is not a time stays not a time", () => {
  for (const text of ["", "yesterday", "2026-02-30T10:00", "2026-13-01T10:00", "2026-01-01T24:00", "2026-01-01"]) assert.equal(fromLocal(text, 0), "", text);
  assert.equal(toLocal("soon"), "");
  assert.ok(Number.isNaN(toWall("2026-01-01T10:00")));
});

test("times are said as people say them", () => {
  const now = at("2026-11-21T14:30:00Z");
  assert.equal(clockTime(at("2026-07-01T12:05:00Z")), "13:05");
  assert.equal(shortTime(at("2026-11-21T14:05:00Z"), now), "14:05");
  assert.equal(shortTime(at("2026-11-20T14:05:00Z"), now), "Fri 20 Nov, 14:05");
  assert.deepEqual([0, 59, 22 * 60, 3 * 3600, 50 * 3600].map((seconds) => age(now - seconds * 1000, now)), ["just now", "just now", "22 min", "3 h", "2 days"]);
  assert.equal(ago(now - 120_000, now), "2 min ago");
  assert.equal(age(now + 60_000, now), "just now");
  assert.equal(longDate("2026-12-10"), "10 December 2026");
  assert.equal(longDate("soon"), "soon");
});

test("the shift and the greeting follow the London clock", () => {
  const shifts = ["05:59", "06:00", "12:59", "13:00", "19:59", "20:00"].map((time) => shiftAt(at(`2026-07-01T${time}:00Z`)));
  assert.deepEqual(shifts, ["night", "day", "day", "late", "late", "night"]);
  assert.equal(partOfDay(at("2026-01-01T08:00:00Z")), "morning");
  assert.equal(partOfDay(at("2026-01-01T03:00:00Z")), "night");
});

test("the clock learns the server's time with a bound of half the round trip", () => {
  let wall = 1_000_000;
  let monotonic = 500;
  const clock = new Clock({ wall: () => wall, monotonic: () => monotonic, boot: "boot" });
  assert.deepEqual(clock.stamp(), { wall: 1_000_000, monotonic: 500, boot: "boot", offset: [] });
  const sent = clock.mark();
  wall += 80;
  monotonic += 80;
  clock.learn(sent, 1_005_040);
  monotonic += 1_000;
  assert.deepEqual(clock.stamp().offset, [5_000, 40, 1_000]);
});

test("a round trip through which the tablet slept is as long as the wall clock says", () => {
  let wall = 1_000_000;
  const clock = new Clock({ wall: () => wall, monotonic: () => 500, boot: "boot" });
  const sent = clock.mark();
  wall += 60_000;
  assert.equal(clock.learn(sent, 1_000_000).bound, 30_000);
});

test("the age of a reading from an earlier run is told by the wall clock, and never by a clock put back", () => {
  const reading = { offset: 5, bound: 1, wall: 1_000, monotonic: 99, boot: "earlier" };
  const later = new Clock({ wall: () => 4_000, monotonic: () => 0, boot: "now", reading });
  assert.deepEqual(later.stamp().offset, [5, 1, 3_000]);
  const putBack = new Clock({ wall: () => 10, monotonic: () => 0, boot: "now", reading });
  assert.deepEqual(putBack.stamp().offset, []);
});
