import assert from "node:assert/strict";
import { test } from "node:test";
import { closest, fill, latest } from "../../gan/ui/shared.js";

const turn = () => new Promise(setImmediate);

// A question whose answers the test gives; it counts how many are under way.
function asked() {
  const all = { begun: [], most: 0, now: 0, position: 0, answers: [] };
  all.question = () => {
    all.begun.push(all.position);
    all.most = Math.max(all.most, ++all.now);
    return new Promise((resolve, reject) => all.answers.push({ resolve, reject })).finally(() => (all.now -= 1));
  };
  return all;
}

test("one question at a time, and the last position is always asked for", async () => {
  const all = asked();
  const ask = latest(all.question);
  const kept = [1, 2, 3].map((at) => ((all.position = at), ask()));
  assert.deepEqual(all.begun, [1]); // 2 is never asked for: 3 came before the answer
  all.answers[0].resolve();
  await turn();
  assert.deepEqual(all.begun, [1, 3]);
  all.position = 4;
  kept.push(ask());
  all.answers[1].resolve();
  await turn();
  all.answers[2].resolve();
  await Promise.all(kept); // each is kept when all is drawn
  assert.deepEqual([all.begun, all.most, all.now], [[1, 3, 4], 1, 0]);
});

test("nothing more is asked once nothing has changed", async () => {
  const all = asked();
  const ask = latest(all.question);
  const kept = ask();
  all.answers[0].resolve();
  await kept;
  await turn();
  assert.equal(all.begun.length, 1);
});

test("a question that fails is told to who asked, and the next one is asked as ever", async () => {
  const all = asked();
  const ask = latest(all.question);
  const kept = ask();
  all.answers[0].reject(new Error("gone"));
  await assert.rejects(kept, /gone/);
  all.position = 1;
  const next = ask();
  assert.deepEqual(all.begun, [0, 1]);
  all.answers[1].resolve();
  await next;
});

test("what changed while a question failed is asked for all the same", async (t) => {
  t.mock.method(console, "error", () => {}); // who asked hears of the newer question alone
  const all = asked();
  const ask = latest(all.question);
  const kept = ask();
  all.position = 1;
  ask();
  all.answers[0].reject(new Error("gone"));
  await turn();
  assert.deepEqual(all.begun, [0, 1]);
  all.answers[1].resolve();
  await kept; // the failure is past
  assert.deepEqual([all.most, all.now], [1, 0]);
});

test("a question that throws at once does as one that fails", async () => {
  let times = 0;
  const ask = latest(() => {
    times += 1;
    if (times === 1) throw new Error("at once");
  });
  await assert.rejects(ask(), /at once/);
  await ask();
  assert.equal(times, 2);
});

test("a place is written only when what it shows is another thing", () => {
  let written = 0;
  const place = { dataset: {}, set innerHTML(html) { written += 1; } };
  for (const html of ["a", "a", "b", "a", ""]) fill(place, html);
  assert.equal(written, 4);
});

test("the moment that is missed least has the closest neighbours, and is no end", () => {
  assert.equal(closest([0, 5, 6, 7, 20]), 2); // 5..7 are 2 apart, 0..6 are 6, 6..20 are 14
  assert.equal(closest([0, 1, 2, 3]), 1); // of equals the first
  assert.equal(closest([0, 0, 0]), 1);
  assert.equal(closest([0, 9, 10, 10.5]), 2);
});
