// @ts-check
// What a run has told in numbers, and the axes and words for it: all that a chart needs of no page.
import { closest } from "../shared.js";

const MOST_POINTS = 600; // of a line; then those closest in time go
const SMOOTH = 4; // points in a running mean: a quarter of a second holds few steps, and jumps
const STEPS = [1, 2, 2.5, 5, 10]; // between two ticks, times a power of ten

// Numbers

// What a run has told, by kind of event, in columns: {progress: {step: […], seconds: […], d_loss: […], …}, …}
/** @typedef {ReturnType<typeof numbersOfRun>} Numbers */
export function numbersOfRun() {
  /** @type {Columns} */
  const columns = {};

  /** @param {Columns} news */
  function take(news) {
    for (const [kind, fresh] of Object.entries(news)) {
      const into = (columns[kind] ??= Object.fromEntries(Object.keys(fresh).map((name) => [name, []])));
      for (const name of Object.keys(into)) into[name].push(...fresh[name]);
      while (into.step.length > MOST_POINTS) forget(into, closest(into.seconds));
    }
  }

  function clear() {
    for (const kind of Object.keys(columns)) delete columns[kind];
  }

  // The last step of each kind: what the server is told, so that it sends what comes after.
  const since = () => Object.fromEntries(Object.entries(columns).map(([kind, { step }]) => [kind, step.at(-1)]));
  /** @param {string} kind @param {string} fact */
  const latest = (kind, fact) => columns[kind]?.[fact].findLast((value) => value !== null) ?? null;
  return { take, clear, since, latest, columns };
}

/** @param {Columns[string]} columns @param {number} at */
function forget(columns, at) {
  for (const column of Object.values(columns)) column.splice(at, 1);
}

// [seconds, value] of a line; a level goes from end to end.
/** @param {Pick<Line, "of" | "fact" | "level">} line @param {Pick<Numbers, "columns">} numbers @param {Axis} axis @returns {Point[]} */
export function pointsOf(line, { columns }, { start, end }) {
  if (!line.of) return line.level === null ? [] : [[start, line.level], [end, line.level]];
  const { seconds = [], [line.fact]: values = [] } = columns[line.of] ?? {};
  /** @type {Point[]} */
  const all = seconds.map((at, place) => [at, values[place]]);
  const known = all.filter(([, value]) => value !== null);
  return line.of === "progress" ? runningMean(known, SMOOTH) : known;
}

/** @param {Point[]} points @param {number} over @returns {Point[]} */
export function runningMean(points, over) {
  return points.map(([at], place) => {
    const window = points.slice(Math.max(0, place - over + 1), place + 1);
    return [at, window.reduce((sum, [, value]) => sum + value, 0) / window.length];
  });
}

// All lines as a text: a row for each event, a column for each number.
/** @param {Pick<Numbers, "columns">} numbers */
export function csv({ columns }) {
  const kinds = Object.keys(columns);
  const facts = [...new Set(kinds.flatMap((kind) => Object.keys(columns[kind])))];
  const rows = kinds.flatMap((kind) => columns[kind].step.map((_, at) =>
    [kind, ...facts.map((fact) => columns[kind][fact]?.[at] ?? "")]));
  const time = facts.indexOf("seconds") + 1;
  rows.sort((one, other) => one[time] - other[time]);
  return [["event", ...facts], ...rows].map((row) => row.join(",")).join("\n") + "\n";
}

// The axes

// How far `at` lies from one end to the other, 0 to 1.
/** @param {number} at @param {number} start @param {number} end */
export function shareOf(at, start, end) {
  if (end <= start) return Number(at > start);
  return Math.min(1, Math.max(0, (at - start) / (end - start)));
}

// The same in hundredths, as the drawing counts them: from the left, and from the top.
/** @param {number} at @param {Axis} axis */
export const across = (at, { start, end }) => (100 * shareOf(at, start, end)).toFixed(2);
/** @param {number} value @param {number} low @param {number} high */
export const down = (value, low, high) => (100 * (1 - shareOf(value, low, high))).toFixed(2);

/** @param {number} span */
export function stepOf(span) {
  const power = 10 ** Math.floor(Math.log10(span / 4));
  const step = STEPS.find((one) => power * one >= span / 4 - 1e-12);
  return power * /** @type {number} */ (step); // 10 at the latest
}

// From and to for an axis that shows nearly all values: a few wild ones at the start are cut off.
/** @param {Point[][]} lines */
export function valueRange(lines) {
  const values = lines.flatMap((points) => points.map(([, value]) => value)).sort((one, other) => one - other);
  if (!values.length) return [0, 1];
  /** @param {number} share */
  const at = (share) => values[Math.round(share * (values.length - 1))];
  const low = Math.min(at(0.02), 0);
  const high = Math.max(at(0.98), low + 1e-3, 0);
  const step = stepOf(high - low);
  return [step * Math.floor(low / step), step * Math.ceil(high / step)];
}

// Round numbers from `low` to `high`, three to six of them.
/** @param {number} low @param {number} high */
export function ticks(low, high) {
  const step = stepOf(high - low);
  const [first, last] = [Math.ceil(low / step - 1e-6), Math.floor(high / step + 1e-6)];
  return Array.from({ length: last - first + 1 }, (_, k) => step * (first + k));
}

/** @param {number | null | undefined} value @param {boolean} [percent] */
export function inWords(value, percent) {
  if (value === null || value === undefined) return "–";
  const words = percent ? `${Math.round(100 * value)}\u00a0%` : String(Number(value.toPrecision(3)));
  return words.replaceAll("-", "−");
}

/** @param {Chart} chart @param {Point[][]} lines */
export function describe(chart, lines) {
  const parts = chart.lines.flatMap(({ name }, at) => {
    if (!lines[at].length) return [];
    const [first, last] = [0, -1].map((place) => inWords(lines[at].at(place)?.[1], chart.percent));
    return first === last ? `${name} ${last}` : `${name} ${first} at first and ${last} now`;
  });
  return `${chart.title}: ${parts.join("; ") || "nothing yet"}.`;
}
