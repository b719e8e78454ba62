import assert from "node:assert/strict";
import { test } from "node:test";
import { across, csv, describe, down, inWords, numbersOfRun, pointsOf, runningMean, shareOf, stepOf, ticks,
  valueRange } from "../../gan/ui/train/numbers.js";

const progress = (...steps) => ({ progress: { step: steps, seconds: steps.map((step) => step / 10), d_loss: steps } });
const line = (...values) => [values.map((value, at) => [at, value])];

test("what is new of a run is added: no step is lost, none is there twice, and since says the last", () => {
  const numbers = numbersOfRun();
  assert.deepEqual(numbers.since(), {});
  numbers.take(progress(1, 2, 3));
  numbers.take({ measured: { step: [2], seconds: [0.2], kid: [null] } });
  numbers.take({});
  numbers.take(progress());
  numbers.take(progress(4));
  assert.deepEqual(numbers.columns.progress.step, [1, 2, 3, 4]);
  assert.deepEqual(numbers.since(), { progress: 4, measured: 2 });
  assert.equal(numbers.latest("progress", "d_loss"), 4);
  assert.equal(numbers.latest("measured", "kid"), null); // not known yet
  assert.equal(numbers.latest("alarm", "kid"), null);
  numbers.clear();
  assert.deepEqual(numbers.columns, {});
});

test("beyond 600 points those closest in time go, but never the first or the last", () => {
  const numbers = numbersOfRun();
  const steps = Array.from({ length: 1500 }, (_, at) => at);
  numbers.take(progress(...steps.slice(0, 700)));
  numbers.take(progress(...steps.slice(700)));
  const { step, seconds, d_loss } = numbers.columns.progress;
  assert.deepEqual([step.length, step[0], step.at(-1)], [600, 0, 1499]);
  assert.deepEqual(step, [...new Set(step)].sort((one, other) => one - other));
  assert.deepEqual(seconds, step.map((one) => one / 10)); // the columns are thinned alike
  assert.deepEqual(d_loss, step);
});

test("a line's points: those that are known, a level from end to end, and none of what nobody told", () => {
  const columns = { measured: { step: [1, 2, 3], seconds: [1, 2, 3], kid: [0.5, null, 0] } };
  const axis = { start: 0, end: 9 };
  assert.deepEqual(pointsOf({ of: "measured", fact: "kid" }, { columns }, axis), [[1, 0.5], [3, 0]]);
  assert.deepEqual(pointsOf({ of: "progress", fact: "d_loss" }, { columns }, axis), []);
  assert.deepEqual(pointsOf({ level: 2 }, { columns }, axis), [[0, 2], [9, 2]]);
  assert.deepEqual(pointsOf({ level: null }, { columns }, axis), []);
});

test("a running mean keeps the times and starts with what there is", () => {
  assert.deepEqual(runningMean([[0, 2], [1, 4], [2, 6], [3, 8]], 2), [[0, 2], [1, 3], [2, 5], [3, 7]]);
  assert.deepEqual(runningMean([], 4), []);
});

test("the numbers as a text: a row an event, in order of time, empty where an event has no such number", () => {
  const columns = { progress: { step: [1, 9], seconds: [0.5, 4], d_loss: [1.5, null] },
    measured: { step: [5], seconds: [2], kid: [0.25] } };
  assert.equal(csv({ columns }),
    "event,step,seconds,d_loss,kid\nprogress,1,0.5,1.5,\nmeasured,5,2,,0.25\nprogress,9,4,,\n");
  assert.equal(csv({ columns: {} }), "event\n");
});

test("steps between ticks are 1, 2, 2.5 or 5 times a power of ten", () => {
  for (const [span, step] of [[4, 1], [5, 2], [8, 2], [10, 2.5], [12, 5], [40, 10], [1, 0.25], [0.001, 0.00025]])
    assert.ok(Math.abs(stepOf(span) - step) < 1e-12 * step, `${span}: ${stepOf(span)}`);
});

test("an axis holds 0 and nearly all values, whatever they are", () => {
  assert.deepEqual(valueRange([]), [0, 1]);
  assert.deepEqual(valueRange([[]]), [0, 1]);
  assert.deepEqual(valueRange(line(0, 0)), [0, 0.001]); // all equal, and all nothing
  assert.deepEqual(valueRange(line(1, 2, 3.9)), [0, 4]);
  assert.deepEqual(valueRange(line(4, 4, 4)), [0, 4]);
  assert.deepEqual(valueRange(line(-3.2, -1)).map((end) => end + 0), [-4, 0]);
  assert.deepEqual(valueRange(line(-7, 5)), [-10, 5]); // steps of 5: 12 / 4 is more than 2.5
  // one wild value of a hundred is cut off
  assert.deepEqual(valueRange([Array.from({ length: 100 }, (_, at) => [at, at ? 1 : 1e6])]), [0, 1]);
});

test("an axis of any size has two to seven round ticks, in order, within its ends", () => {
  for (const size of [1e-3, 0.3, 1, 7, 1234, 1e23, 3e100, 1e300])
    for (const values of [[0, size], [-size, 0], [-size, size], [size, size], [size / 3, size]]) {
      const [low, high] = valueRange(line(...values));
      const marks = ticks(low, high);
      assert.ok(Number.isFinite(low) && low <= 0 && high >= 0 && high > low, `${values}: ${low} to ${high}`);
      assert.ok(marks.length >= 2 && marks.length <= 7, `${values}: ${marks}`);
      assert.ok(marks.every((mark, at) => !at || mark > marks[at - 1]), `${values}: ${marks}`);
      const near = 1e-6 * (high - low);
      assert.ok(marks[0] >= low - near && marks.at(-1) <= high + near, `${values}: ${marks}`);
    }
  assert.deepEqual(ticks(0, 1), [0, 0.25, 0.5, 0.75, 1]);
  assert.deepEqual(ticks(-2, 2).map((mark) => mark + 0), [-2, -1, 0, 1, 2]);
});

test("a place on an axis is between its ends, also where they are one", () => {
  assert.equal(shareOf(3, 2, 6), 0.25);
  assert.equal(shareOf(-1, 0, 4), 0);
  assert.equal(shareOf(9, 0, 4), 1);
  assert.equal(shareOf(5, 5, 5), 0);
  assert.equal(shareOf(6, 5, 5), 1);
  assert.equal(shareOf(5e299, 0, 1e300), 0.5);
  assert.deepEqual([across(1, { start: 0, end: 3 }), across(0, { start: 0, end: 0 })], ["33.33", "0.00"]);
  assert.deepEqual([down(0, 0, 4), down(4, 0, 4), down(-1, -4, 0), down(7, 0, 4)], ["100.00", "0.00", "25.00", "0.00"]);
});

test("numbers in words: three figures, a true minus, and a dash for what is not known", () => {
  assert.deepEqual([null, undefined, 0, -0, 0.12345, 1234.5, -2, -2e-7].map((value) => inWords(value)),
    ["–", "–", "0", "0", "0.123", "1230", "−2", "−2e−7"]);
  assert.deepEqual([0.256, 1, -0.05].map((value) => inWords(value, true)), ["26\u00a0%", "100\u00a0%", "−5\u00a0%"]);
});

test("a chart in a sentence: each line that has begun, from its first value to its last", () => {
  const chart = { title: "Losses", lines: [{ name: "D" }, { name: "G" }, { name: "R1" }] };
  assert.equal(describe(chart, [[[0, 1], [1, 2]], [[0, 3]], []]), "Losses: D 1 at first and 2 now; G 3.");
  assert.equal(describe(chart, [[], [], []]), "Losses: nothing yet.");
});
