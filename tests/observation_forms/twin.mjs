/**
 * The JavaScript side of the twin tests: reads {definitions, calls} as JSON from standard input, makes every call, and
 * writes the list of answers as JSON. Run by node.py; holds no expectation of its own.
 */

import { fault_of, instant_or_none, normalise, read } from "../../observation_forms/answers.mjs";
import { judge, judge_draft } from "../../observation_forms/judge.mjs";
import { progress } from "../../observation_forms/progress.mjs";
import { evaluate } from "../../observation_forms/rules.mjs";
import { result_allowed } from "../../observation_forms/score.mjs";
import { sealed_answers } from "../../observation_forms/sight.mjs";
import { spawned } from "../../observation_forms/spawn.mjs";
import { bearing_allowed, weigh } from "../../observation_forms/weigh.mjs";
import { worded } from "../../observation_forms/wording.mjs";

const DOORS = {
  bearing_allowed,
  evaluate: (tree, facts) => {
    const answers = new Map(Object.entries(facts.answers));
    const timescales = new Map(Object.entries(facts.timescales ?? {}));
    return evaluate(tree, { author: "", row: "", ...facts, answers, themes: new Set(facts.themes), timescales });
  },
  fault_of,
  instant_or_none,
  judge,
  judge_draft,
  normalise,
  progress,
  read,
  result_allowed,
  sealed_answers,
  spawned,
  weigh,
  worded,
};

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const { definitions, calls } = JSON.parse(Buffer.concat(chunks).toString("utf8"));
const found = calls.map(({ door, definition, given }) =>
  DOORS[door](...(definition === undefined ? [] : [definitions[definition]]), ...given),
);
process.stdout.write(JSON.stringify(found));
