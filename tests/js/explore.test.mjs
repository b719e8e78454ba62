import assert from "node:assert/strict";
import { test } from "node:test";
import explore, { addressOf, sameImage, signed, withEdit, withMove } from "../../gan/ui/explore/explore.js";
import { changes, unchanged } from "../../gan/ui/explore/before.js";
import { spoken, textOf } from "../../gan/ui/explore/classes.js";
import { mixOf, textOf as mixText } from "../../gan/ui/explore/mixing.js";
import { placed, withNamed } from "../../gan/ui/explore/named.js";
import { nameOf } from "../../gan/ui/explore/share.js";
import { addressWith, moved, secondsOf, stopOf } from "../../gan/ui/explore/stops.js";
import { captions } from "../../gan/ui/explore/traits.js";
import { following, placeOf, thumbsOf } from "../../gan/ui/explore/walk.js";
import { GIVEN, place } from "./stand_in.mjs";

test("a move keeps the others, and those before it that nobody has touched are 0", () => {
  const moves = [1, 2];
  assert.deepEqual(withMove([], 0, 3), [3]);
  assert.deepEqual(withMove([], 2, -1.5), [0, 0, -1.5]);
  assert.deepEqual(withMove(moves, 1, 0), [1, 0]);
  assert.deepEqual(withMove(moves, 3, 4), [1, 2, 0, 4]);
  assert.deepEqual(moves, [1, 2]);
});

test("a move by name takes the place of its former one, and at 0 there is none", () => {
  const named = [["glasses", 1], ["red hair", -2]];
  assert.deepEqual(withNamed([], "smile", 3), [["smile", 3]]);
  assert.deepEqual(withNamed(named, "glasses", 2), [["red hair", -2], ["glasses", 2]]);
  assert.deepEqual(withNamed(named, "red hair", 0), [["glasses", 1]]);
  assert.deepEqual(named, [["glasses", 1], ["red hair", -2]]);
});

test("a slider stands where its direction is moved to, by name or by number", () => {
  const state = { moves: [0, 1.5], named: [["glasses", -1]] };
  const sliders = [{ move: "1" }, { move: "7" }, { named: "glasses" }, { named: "smile" }];
  assert.deepEqual(sliders.map((one) => placed(one, state)), [1.5, 0, -1, 0]);
});

test("an edit takes the place of that coordinate's own, and comes last", () => {
  assert.deepEqual(withEdit([], 0, 0), [[0, 0]]);
  assert.deepEqual(withEdit([[3, 1], [0, 2], [30, 5]], 3, -1), [[0, 2], [30, 5], [3, -1]]);
});

test("the address shows this image and keeps what else it holds", () => {
  const there = "http://here/root/?walk=1*2&seed=4&edits=3:1&tab=x#train";
  assert.equal(String(addressOf(there, "model=a_b&seed=7&class=a+%26+b")),
    "http://here/root/?walk=1*2&tab=x&model=a_b&seed=7&class=a+%26+b#train");
  assert.equal(String(addressOf(there, "")), "http://here/root/?walk=1*2&tab=x#train");
});

test("two queries show the same image if their places are, whatever their order and the rest", () => {
  assert.ok(sameImage("?seed=1&model=a&tab=x", "model=a&seed=1"));
  assert.ok(sameImage("", ""));
  assert.ok(!sameImage("?seed=1&model=a", "model=a&seed=1&moves=1"));
  assert.ok(!sameImage("?seed=1", "seed=01"));
});

test("a value with its sign", () => {
  assert.deepEqual([0, 1.5, -0.254, 0.001].map(signed), ["0.00", "+1.50", "−0.25", "+0.00"]);
});

test("a file's name has no sign in it that a system takes amiss", () => {
  const query = "model=faces&seed=3&class=x";
  assert.equal(nameOf({ model: "faces", seed: 3, class: "" }, query), "faces-seed-3.png");
  assert.equal(nameOf({ model: "faces", seed: 3, class: "a/b: Möwe 猫" }, query), "faces-seed-3-a-b--Möwe-猫.png");
});

test("a file's name is short, and another image's is another", () => {
  const long = { model: "a-model-of-a-long-name-".repeat(4), seed: 4294967295, class: "hat=cap+".repeat(20) };
  const names = ["moves=1", "moves=2", "class=a", "class=b"].map((more) => nameOf(long, `seed=4294967295&${more}`));
  assert.equal(new Set(names).size, 4);
  for (const name of names) assert.match(name, /^a-model-.{1,35}-seed-4294967295-[0-9a-f]{6}\.png$/);
  assert.ok(names.every((name) => name.length < 60));
  assert.match(nameOf({ model: "faces", seed: 3, class: "" }, "seed=3&named=glasses:1"), /^faces-seed-3-[0-9a-f]{6}\.png$/);
});

test("a stop's caption is its seed and what sets it apart from the others", () => {
  const labels = (hat) => `Chair_color%3Dred%2Bhat%3D${hat}`;
  assert.deepEqual(captions([`3${labels("cap")}`, `3Aglasses:2${labels("no%20hat")}`, `12M0_-1.5${labels("cap")}`]),
    ["3, hat cap", "3, no hat, glasses +2", "12, hat cap, slider 2 −1.5"]);
  assert.deepEqual(captions([`3${labels("cap")}`]), ["3, hair colour red, hat cap"]); // nothing to differ from
  assert.deepEqual(captions(["1", "1"]), ["1", "1"]);
  assert.deepEqual(captions(["7S0.5E3x1_2P0.7N9B0.5LfineTcurls:x-y:-1Cdress", "7Cdress"]),
    ["7, curls −1, scale 0.5, ψ 0.7, |z| < 0.5, fine layers, other noise, 2 numbers of z", "7"]);
});

test("a stop says what its image's link does", () => {
  assert.deepEqual(stopOf("model=a&seed=12"), { text: "12", words: "12" });
  assert.deepEqual(stopOf("seed=12&scale=0.5&moves=1,0,-2&edits=3:1.5"),
    { text: "12S0.5M1,0,-2E3:1.5", words: "12 (moved)" });
  assert.deepEqual(stopOf("seed=0&class=a*b+%C3%B6"), { text: "0Ca%2Ab%20%C3%B6", words: "0 (a*b ö)" });
  assert.deepEqual(stopOf("seed=1&named=red+hair%3A-2%2Csmile%3A1&class=A"), { text: "1Ared hair:-2,smile:1CA", words: "1 (A, moved)" });
  assert.deepEqual(stopOf("seed=1&taught=curls%3A3d4c%3A-1%2Cneat%3A3d%3A0&class=cat"),
    { text: "1Tcurls:3d4c:-1Ccat", words: "1 (cat, moved)" }); // a slider of one's own that moves nothing is none
  assert.deepEqual(stopOf("seed=1&moves=2&class=cat"), { text: "1M2Ccat", words: "1 (cat, moved)" });
});

test("a stop goes earlier, later or out, and the others keep their order", () => {
  const list = ["a", "b", "c", "d"];
  assert.deepEqual([moved(list, 0, 1), moved(list, 3, 2), moved(list, 0, 3), moved(list, 1, null), moved(["a"], 0, null)],
    [["b", "a", "c", "d"], ["a", "b", "d", "c"], ["b", "c", "d", "a"], ["a", "c", "d"], []]);
  assert.deepEqual(list, ["a", "b", "c", "d"]);
});

test("a walk comes first in the address; its way only if it is no usual one; one too long stays out", () => {
  const there = "http://here/?seed=4&walk=9&film=x&legs=1";
  const usual = "slerp,loop,48,12";
  const stops = (...texts) => texts.map((text) => ({ text }));
  const timed = [{ text: "1", seconds: 1.5 }, { text: "2" }, { text: "3", seconds: 2 }];
  assert.equal(String(addressWith(there, stops("1", "2M1"), usual)), "http://here/?walk=1*2M1&seed=4");
  assert.equal(String(addressWith(there, stops("1", "2"), "lerp")), "http://here/?walk=1*2&film=lerp&seed=4");
  assert.equal(String(addressWith(there, timed, usual)), "http://here/?walk=1*2*3&legs=1.5**2&seed=4");
  assert.equal(String(addressWith(there, [], "lerp")), "http://here/?seed=4");
  assert.match(String(addressWith(there, stops("1".repeat(5999)), usual)), /walk=1{5999}&seed=4$/);
  assert.equal(String(addressWith(there, stops("1".repeat(6000)), "lerp")), "http://here/?seed=4");
});

test("seconds to the next image are a tenth to sixty, or none", () => {
  assert.deepEqual(["0.1", "60", "2.5"].map(secondsOf), [0.1, 60, 2.5]);
  assert.deepEqual(["", "0", "-1", "61", "x", "1e9"].map(secondsOf), Array(6).fill(undefined));
});

test("before is the same seed with nothing changed, and what was changed is told", () => {
  const state = { model: "a", seed: 7, scale: 2, moves: [1], edits: [[1, 2]], class: "hat=cap", psi: 0.5, noise: 3, below: 1,
    layers: "fine", named: [["glasses", 2]], taught: [["curls", "x", 1]] };
  assert.deepEqual(unchanged(state, "hat=no hat"), { model: "a", seed: 7, scale: 1, moves: [], edits: [], class: "hat=no hat",
    psi: 1, noise: 3, below: 0, layers: "", named: [], taught: [] });
  assert.equal(changes("model=a&seed=7&class=hat%3Dcap", "hat=cap"), "");
  assert.equal(changes("model=a&seed=7&noise=3", ""), "");
  const query = "model=a&seed=7&class=hat%3Dcap%2Bmouth%3Dsad&named=glasses%3A2%2Csmile%3A-1";
  assert.equal(changes(query, "hat=no hat+mouth=sad", { glasses: "not seen in this image" }),
    "hat cap, glasses +2 (not seen in this image), smile −1");
  assert.equal(changes("seed=7&taught=curls%3Ax%3A1", ""), "curls +1");
});

test("a frame lies in its row and column", () => {
  const size = { columns: 3, width: 10, height: 20 };
  assert.deepEqual([0, 2, 3, 7].map((frame) => placeOf(frame, size)),
    [{ left: 0, top: 0 }, { left: 20, top: 0 }, { left: 0, top: 20 }, { left: 10, top: 40 }]);
});

test("a loop goes round, any other walk there and back without standing still", () => {
  const played = (walk, count) => {
    let at = { frame: 0, way: 1 };
    return Array.from({ length: count }, () => (at = following(at.frame, at.way, walk)).frame);
  };
  assert.deepEqual(played({ loop: true, frames: 3 }, 7), [1, 2, 0, 1, 2, 0, 1]);
  assert.deepEqual(played({ loop: false, frames: 4 }, 8), [1, 2, 3, 2, 1, 0, 1, 2]);
  assert.deepEqual(played({ loop: false, frames: 2 }, 4), [1, 0, 1, 0]);
});

test("the film strip holds up to twelve frames, the first and the last among them", () => {
  assert.deepEqual(thumbsOf(2), [0, 1]);
  assert.deepEqual(thumbsOf(12), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  assert.deepEqual(thumbsOf(48), [0, 4, 9, 13, 17, 21, 26, 30, 34, 38, 43, 47]); // k × 47 / 11
  assert.deepEqual(thumbsOf(1), [0]);
});

test("labels are one text, without what is left open; in words for people", () => {
  assert.equal(textOf(["glasses=dark", "", "mouth=sad"]), "glasses=dark+mouth=sad");
  assert.deepEqual([textOf(["", ""]), textOf(["dress"]), textOf(["any"])], ["any", "dress", "any"]);
  assert.equal(spoken("hair_color=dark blond+mouth=sad"), "hair colour dark blond, mouth sad");
  assert.equal(spoken("hat=no hat+skin=skin 1+mouth=hat"), "no hat, skin 1, mouth hat");
  assert.deepEqual([spoken("a+b_c"), spoken("")], ["a+b_c", ""]);
  assert.equal(stopOf("seed=1&class=hat%3Dhat%2Bmouth%3Dsad").words, "1 (hat, mouth sad)");
});

test("what is mixed is read from a link, and no other text is", () => {
  const mix = { a: [1, 2, 3, 4], b: [50, 6, 7, 8], style: "fine" };
  assert.equal(mixText(mix), "1_2_3_4.50_6_7_8.fine");
  assert.deepEqual(mixOf(mixText(mix), 9), mix);
  const usual = { a: [9, 10, 11, 12], b: [13, 14, 15, 16], style: "coarse" };
  for (const text of ["", "1_2_3.4_5_6_7.fine", "1_2_3_4.5_6_7_8.sharp", "1_2_3_x.5_6_7_8.fine", "1_2_3_4.5_6_7_8.fine.", "1_2_3_4294967296.5_6_7_8.fine"])
    assert.deepEqual(mixOf(text, 9), usual);
  assert.deepEqual(mixOf("", 2 ** 32 - 1).a, [2 ** 32 - 1, 0, 1, 2]);
  assert.equal(stopOf("seed=1&psi=0.5&noise=7").text, "1P0.5N7");
  assert.equal(stopOf("seed=1&moves=2&layers=fine&class=cat").text, "1M2LfineCcat");
  assert.ok(!sameImage("?seed=1&psi=0.5", "seed=1"));
  assert.ok(!sameImage("?seed=1&moves=1&layers=fine", "seed=1&moves=1"));
  assert.equal(String(addressOf("http://here/?mix=a&tab=x", "mix=b&seed=1")), "http://here/?tab=x&mix=b&seed=1");
});

test("while another model is on its way nothing is moved that it would set back, and models can be chosen", async () => {
  const settled = async () => { for (let at = 0; at < 20; at += 1) await new Promise(setImmediate); };
  const [moved, models, asked] = [place(), place(), []];
  const element = place({ classList: { toggle() {}, contains: () => false },
    querySelectorAll: (which) => (which.includes(".stage") ? [moved] : []),
    querySelector: (which) => (which === '[data-part="models"]' ? models : GIVEN.element) });
  const server = { opened: (question) => new Promise((resolve) => asked.push({ question, resolve })) };
  explore({ ...GIVEN, element, server });
  const choose = (value) => element.fire("change", { target: { name: "explore-model", value } });
  asked[0].resolve({ empty: "There is none." });
  await settled();
  assert.deepEqual([moved.inert, element.inert], [false, false]);
  choose("a");
  choose("b");
  assert.equal(asked.at(-1).question.model, "b");
  asked[1].resolve({ error: "It is gone." });
  await settled();
  assert.ok(moved.inert); // the newer one is still on its way
  asked[2].resolve({ empty: "There is none." });
  await settled();
  assert.equal(moved.inert, false);
});
