// The form language's twins, under the tablet's own names. The only module that imports from another room.

export { judge_draft as judgeDraft } from "../../observation_forms/judge.mjs";
export { question_at as questionAt } from "../../observation_forms/keys.mjs";
export { progress } from "../../observation_forms/progress.mjs";
export { result_allowed as resultAllowed } from "../../observation_forms/score.mjs";
export { sealed_answers as sealedAnswers } from "../../observation_forms/sight.mjs";
export { spawned } from "../../observation_forms/spawn.mjs";
export { bearing_allowed as bearingAllowed, weigh } from "../../observation_forms/weigh.mjs";
export { worded } from "../../observation_forms/wording.mjs";
