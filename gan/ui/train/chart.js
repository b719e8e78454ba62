// @ts-check
// Curves over the time of a run, drawn from numbers: crisp at any width, updated in place, with the values
// under pointer and keys, and in words for those who cannot see them.
import { fill } from "../shared.js";
import { across, describe, down, inWords, pointsOf, shareOf, ticks, valueRange } from "./numbers.js";

/** @typedef {import("./numbers.js").Numbers} Numbers */

const SVG = "http://www.w3.org/2000/svg";

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
