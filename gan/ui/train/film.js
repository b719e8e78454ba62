// @ts-check
// Pictures of a run by their moment: blobs, which lie outside the script's memory, capped by their bytes.
import { closest, latest } from "../shared.js";

const MOST_MOMENTS = 240;
const AT_ONCE = 12; // pictures in one question

// `ask` gives data URIs by their steps; `drawn` is called when some have come.
/**
 * @param {number} mostBytes
 * @param {(steps: number[]) => Promise<{pictures: Record<string, string>, gone: number[]} | null> | null} ask
 * @param {() => void} drawn
 */
export function film(mostBytes, ask, drawn) {
  /** @type {Moment[]} */
  let moments = []; // in order
  let reel = 0; // counts the runs: a picture that comes late belongs to none

  /** @param {number} step */
  const find = (step) => moments.find((one) => one.step === step);
  const here = () => moments.filter((one) => one.url);

  /** @param {number} step @param {number} seconds */
  function add(step, seconds) {
    if (find(step)) return;
    let place = moments.length;
    while (place && moments[place - 1].step > step) place -= 1;
    moments.splice(place, 0, { step, seconds, url: "", bytes: 0 });
  }

  /** @param {number} step */
  function drop(step) {
    const moment = find(step);
    if (moment?.url) URL.revokeObjectURL(moment.url);
    moments = moments.filter((one) => one !== moment);
  }

  // Without the moments whose neighbours are closest in time; the first and the last stay.
  function thin() {
    const bytes = () => moments.reduce((sum, one) => sum + one.bytes, 0);
    while (moments.length > 2 && (moments.length > MOST_MOMENTS || bytes() > mostBytes)) {
      drop(moments[closest(moments.map((one) => one.seconds))].step);
    }
  }

  /** @param {number} step @param {string} picture */
  async function put(step, picture) {
    const of = reel;
    const blob = await (await fetch(picture)).blob();
    const moment = find(step);
    if (of !== reel || !moment || moment.url) return;
    Object.assign(moment, { url: URL.createObjectURL(blob), bytes: blob.size });
    thin();
  }

  // The steps of `count` pictures that are not here: the one that is looked at, then far from those that are.
  /** @param {number} looked @param {number} count */
  function missing(looked, count) {
    const near = here().map((one) => one.seconds);
    /** @param {Moment} one */
    const far = (one) => (one === moments[looked] ? Infinity : Math.min(...near.map((at) => Math.abs(at - one.seconds)), 1e9));
    const left = moments.filter((one) => !one.url);
    const steps = [];
    while (left.length && steps.length < count) {
      const best = left.reduce((one, other) => (far(other) > far(one) ? other : one));
      left.splice(left.indexOf(best), 1);
      near.push(best.seconds);
      steps.push(best.step);
    }
    return steps;
  }

  function clear() {
    reel += 1;
    for (const { url } of here()) URL.revokeObjectURL(url);
    moments = [];
  }

  // Pictures of moments that this page was not there to see, one question after the other.
  let looked = 0;
  const past = latest(async () => {
    const of = reel;
    const steps = missing(looked, AT_ONCE);
    const answer = steps.length ? await ask(steps) : null;
    if (of !== reel || !answer?.pictures) return;
    answer.gone.forEach(drop);
    const came = Object.entries(answer.pictures);
    await Promise.all(came.map(([step, picture]) => put(Number(step), picture)));
    if (of !== reel) return;
    drawn();
    if (came.length) past();
  });

  // Asks for what is missing, first of all for the moment of this index.
  /** @param {number} index */
  function complete(index) {
    looked = index;
    if (moments.some((one) => !one.url)) past();
  }

  return { add, put, complete, clear, get moments() { return moments; } };
}
