// @ts-check
// Curves over the time of a run, drawn from numbers: crisp at any width, updated in place, with the values
// under pointer and keys, and in words for those who cannot see them.
import { closest, fill } from "../shared.js";

const MOST_POINTS = 600; // of a line; then those closest in time go
const SMOOTH = 4; // points in a running mean: a quarter of a second holds few steps, and jumps
const STEPS = [1, 2, 2.5, 5, 10]; // between two ticks, times a power of ten
const SVG = "http://www.w3.org/2000/svg";

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

// Drawing

/** @param {string} kind @param {string} [classes] @param {string} [words] */
function make(kind, classes = "", words = "") {
  const made = document.createElement(kind);
  made.className = classes;
  made.textContent = words;
  return made;
}

/** @param {string} kind @param {string} classes */
function makeSvg(kind, classes) {
  const made = document.createElementNS(SVG, kind);
  made.setAttribute("class", classes);
  return made;
}

/** @param {Element} element @param {string} name @param {string} value */
function set(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/** @param {Element} element @param {string} words */
function write(element, words) {
  if (element.textContent !== words) element.textContent = words;
}

/** @param {Chart} chart */
function newChart(chart) {
  const figure = make("figure", "plot");
  const caption = make("figcaption");
  const help = make("button", "help", "?");
  Object.assign(help, { type: "button", ariaLabel: `${chart.title}: what is this?` });
  const words = make("span", "help-words", chart.about + (chart.compares ? ` ${chart.compares}` : ""));
  words.popover = "auto";
  const legend = make("span", "legend");
  const latest = chart.lines.map((line) => {
    const item = make("span", line.kind, `${line.name} `);
    const value = make("i", "", "–");
    item.append(value);
    legend.append(item);
    return value;
  });
  const aside = make("span");
  if (chart.aside) legend.append(aside);
  caption.append(make("b", "", chart.title), " ", make("small", "", chart.term), " ", help, words, legend);

  const area = make("div", "area");
  Object.assign(area, { tabIndex: 0, role: "slider" });
  const svg = makeSvg("svg", "");
  Object.entries({ viewBox: "0 0 100 100", preserveAspectRatio: "none", "aria-hidden": "true" }).forEach((one) => svg.setAttribute(...one));
  const band = makeSvg("rect", "band");
  const rules = makeSvg("path", "rule");
  if (chart.band) svg.append(band);
  svg.append(rules);
  const drawn = chart.lines.map((line) => {
    const [path, dots] = [makeSvg("polyline", `line ${line.kind}`), makeSvg("path", `dots ${line.kind}`)];
    svg.append(path, dots);
    return { path, dots };
  });
  const [yWords, xWords, bandWords] = [make("div"), make("div"), make("span", "band-words", chart.band?.[2])];
  const [cursor, tip] = [make("i", "cursor"), make("p", "tip")];
  cursor.hidden = tip.hidden = true;
  area.append(yWords, svg, ...(chart.band ? [bandWords] : []), make("i", "at"), xWords, cursor, tip);
  figure.append(caption, area);

  /** @type {{lines: Point[][], axis: Axis}} */
  let now = { lines: [], axis: { start: 0, end: 1 } };
  /** @type {number | null} */
  let place = null; // of the cursor, 0 to 1, or null

  /** @param {(line: Line) => Numbers} numbersFor @param {Axis} axis */
  function draw(numbersFor, axis) {
    const lines = chart.lines.map((line) => pointsOf(line, numbersFor(line), axis));
    now = { lines, axis };
    const [low, high] = chart.range ?? valueRange(lines);
    /** @param {number} value */
    const y = (value) => down(value, low, high);
    const marks = ticks(low, high);
    set(rules, "d", marks.map((mark) => `M0 ${y(mark)}H100`).join(""));
    fill(yWords, marks.map((mark) => `<span class="y" style="top:${y(mark)}%">${inWords(mark, chart.percent)}</span>`).join(""));
    fill(xWords, [0, 0.5, 1].map((at) => `<span class="x" style="left:${100 * at}%">${seconds(at)} s</span>`).join(""));
    if (chart.band) {
      const [from, to] = chart.band;
      Object.entries({ width: "100", y: y(to), height: String(Number(y(from)) - Number(y(to))) }).forEach((one) => set(band, ...one));
      bandWords.style.top = `${y(to)}%`;
    }
    lines.forEach((points, at) => {
      const places = points.map(([when, value]) => [across(when, axis), y(value)]);
      set(drawn[at].path, "points", places.map((one) => one.join()).join(" "));
      // lines of no length with round ends: circles would be stretched with the rest
      if (chart.lines[at].of === "measured") set(drawn[at].dots, "d", places.map((one) => `M${one.join(" ")}h0`).join(""));
      write(latest[at], inWords(points.at(-1)?.[1], chart.percent));
    });
    if (chart.aside) {
      const [words, kind = "", fact = ""] = chart.aside;
      write(aside, kind ? `${words} ${inWords(numbersFor(chart.lines[0]).latest(kind, fact))}` : words);
    }
    set(area, "aria-label", describe(chart, lines));
    set(area, "aria-valuemin", axis.start.toFixed(0));
    set(area, "aria-valuemax", axis.end.toFixed(0));
    point();
  }

  /** @param {number} at */
  const seconds = (at) => {
    const { start, end } = now.axis;
    return Number((start + at * (end - start)).toFixed(end - start >= 10 ? 0 : 1));
  };

  // The values at the cursor: of each line the last one until then.
  function point() {
    cursor.hidden = tip.hidden = place === null;
    const at = place ?? 1;
    set(area, "aria-valuenow", String(seconds(at)));
    const { start, end } = now.axis;
    const when = start + at * (end - start);
    const values = now.lines.map((points) => points.findLast(([one]) => one <= when + 1e-6)?.[1]);
    const said = chart.lines.map((line, of) => `${line.name} ${inWords(values[of], chart.percent)}`);
    set(area, "aria-valuetext", `${seconds(at)} seconds: ${said.join(", ")}`);
    if (place === null) return;
    cursor.style.left = `${100 * at}%`;
    tip.classList.toggle("is-left", at > 0.5);
    tip.style.left = `${100 * at}%`;
    fill(tip, `<b>${seconds(at)} s</b>` + chart.lines.map((line, of) => `<span class="${line.kind}">${line.name} ${inWords(values[of], chart.percent)}</span>`).join(""));
  }

  /** @param {number | null} to */
  function move(to) {
    place = to === null ? null : Math.min(1, Math.max(0, to));
    point();
  }

  // Where the curves end so far.
  function reached() {
    const { start, end } = now.axis;
    const last = Math.max(start, ...now.lines.flatMap((points, at) => (chart.lines[at].of && points.length ? [points[points.length - 1][0]] : [])));
    return shareOf(last, start, end);
  }

  /** @param {{clientX: number}} event */
  function follow({ clientX }) {
    const { left, width } = area.getBoundingClientRect();
    move((clientX - left) / width);
  }

  /** @type {Record<string, number>} */
  const KEYS = { ArrowLeft: -0.01, ArrowDown: -0.01, ArrowRight: 0.01, ArrowUp: 0.01, PageDown: -0.1, PageUp: 0.1 };
  area.addEventListener("pointermove", follow);
  area.addEventListener("pointerdown", follow);
  area.addEventListener("pointerleave", () => move(null));
  area.addEventListener("focus", () => area.matches(":focus-visible") && move(reached()));
  area.addEventListener("blur", () => move(null));
  area.addEventListener("keydown", (event) => {
    const { key } = event;
    if (key === "Escape") move(null);
    else if (key === "Home" || key === "End") move(key === "Home" ? 0 : reached());
    else if (key in KEYS) move((place ?? reached()) + KEYS[key]);
    else return;
    event.preventDefault();
  });
  return { figure, draw };
}

// The charts of a place: laid out again only when what they show is another thing. Drawn at once where they are
// in sight; elsewhere every few times, for those who have them read out, and when nothing more comes.
/** @typedef {Parameters<ReturnType<typeof newChart>["draw"]>} Drawn */

const ONE_IN = 5;
const NOTHING_MORE = 2000; // ms

/** @param {HTMLElement} place */
export function chartsIn(place) {
  let declared = "";
  /** @type {(ReturnType<typeof newChart> & {inSight?: boolean})[]} */
  let all = [];
  /** @type {Drawn | null} */
  let told = null; // what was drawn last
  let turns = 0;
  let rest = 0; // a timer
  const sight = new IntersectionObserver((changes) => changes.forEach(({ target, isIntersecting }) => {
    const chart = all.find(({ figure }) => figure === target);
    if (!chart) return;
    chart.inSight = isIntersecting;
    if (isIntersecting && told) chart.draw(...told);
  }), { rootMargin: "150px" });

  /** @param {Chart[]} list */
  function declare(list) {
    if (declared === JSON.stringify(list)) return;
    declared = JSON.stringify(list);
    sight.disconnect();
    [all, told, turns] = [list.map(newChart), null, 0];
    place.replaceChildren(...all.map(({ figure }) => figure));
    for (const { figure } of all) sight.observe(figure);
  }

  /** @param {(chart: typeof all[number]) => unknown} which */
  const redraw = (which) => all.forEach((chart) => told && which(chart) && chart.draw(...told));

  /** @param {Drawn} numbers */
  function draw(...numbers) {
    told = numbers;
    redraw((chart) => chart.inSight || turns % ONE_IN === 0);
    turns += 1;
    clearTimeout(rest);
    rest = setTimeout(() => redraw((chart) => !chart.inSight), NOTHING_MORE);
  }

  return { declare, draw };
}
