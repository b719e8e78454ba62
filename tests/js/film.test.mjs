import assert from "node:assert/strict";
import { test } from "node:test";
import { film } from "../../gan/ui/train/film.js";

const PICTURE = "data:text/plain,12345"; // 5 bytes
const turns = async (count = 20) => { while (count--) await new Promise(setImmediate); };

// A film whose pictures are asked of the test, and the addresses that are alive.
function filmed(mostBytes = 1e6, ask = async () => null) {
  const alive = new Set();
  let made = 0;
  URL.createObjectURL = () => { alive.add(`blob:${++made}`); return `blob:${made}`; };
  URL.revokeObjectURL = (url) => assert.ok(alive.delete(url), `${url} is given up twice`);
  const drawn = [];
  const reel = film(mostBytes, ask, () => drawn.push(reel.moments.length));
  return { reel, alive, drawn, steps: () => reel.moments.map(({ step }) => step) };
}

test("moments are in order, each once, whatever order they come in", () => {
  const { reel, steps } = filmed();
  for (const step of [5, 1, 9, 5, 3, 1]) reel.add(step, step / 10);
  assert.deepEqual(steps(), [1, 3, 5, 9]);
});

test("a picture comes to its moment once; one of no moment, or of a run before, is given up", async () => {
  const { reel, alive } = filmed();
  reel.add(1, 0);
  await reel.put(1, PICTURE);
  await reel.put(1, PICTURE);
  await reel.put(2, PICTURE);
  assert.deepEqual([reel.moments[0].bytes, alive.size], [5, 1]);
  reel.add(2, 1);
  const late = reel.put(2, PICTURE);
  reel.clear();
  reel.add(2, 1); // the next run has such a step, too
  await late;
  assert.deepEqual([reel.moments[0].url, alive.size], ["", 0]);
});

test("pictures beyond the bytes go, closest in time first, with their addresses; the ends stay", async () => {
  const { reel, alive, steps } = filmed(15);
  for (const step of [0, 4, 5, 6, 20]) reel.add(step, step);
  for (const step of [0, 4, 5, 6, 20]) await reel.put(step, PICTURE);
  assert.deepEqual([steps(), alive.size], [[0, 6, 20], 3]); // 5 (4 to 6) goes first, then 4 (0 to 6)
});

test("what is missing is asked for: the moment that is looked at first, then far from those that are here", async () => {
  const asked = [];
  const { reel, drawn } = filmed(1e6, async (steps) => {
    asked.push(steps);
    return { pictures: Object.fromEntries(steps.map((step) => [step, PICTURE])), gone: [] };
  });
  for (let step = 0; step < 15; step += 1) reel.add(step, step);
  await reel.put(0, PICTURE);
  reel.complete(7);
  await turns();
  assert.deepEqual(asked[0].slice(0, 3), [7, 14, 3]); // 14 is 7 away from both; of 3, 4, 10 and 11 the first
  assert.deepEqual(asked.map((steps) => steps.length), [12, 2]);
  assert.deepEqual(asked.flat().sort((one, other) => one - other), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
  assert.deepEqual([reel.moments.every(({ url }) => url), drawn.length], [true, 2]);
});

test("a moment whose picture is gone is forgotten, and no answer ends the asking", async () => {
  let answers = [{ pictures: {}, gone: [2] }, null];
  let times = 0;
  const { reel, steps } = filmed(1e6, async () => answers[times++]);
  for (const step of [1, 2]) reel.add(step, step);
  reel.complete(0);
  await turns();
  assert.deepEqual([steps(), times], [[1], 1]);
  reel.complete(0);
  await turns();
  assert.deepEqual([steps(), times], [[1], 2]);
});
