// What the page's scripts find around them.

// What Gradio's gr.HTML hands to js_on_load, and that to a script
interface Given {
  element: HTMLElement;
  props: { value: any };
  server: Record<string, (asked: object) => Promise<any>>; // nothing where the server does not answer
  trigger(event: string, data?: object): void;
  watch(names: string | string[], does: () => void): void;
}

type Part = (name: string) => HTMLElement & Record<string, any>; // of a component's template

interface Moment {
  step: number;
  seconds: number;
  url: string; // "" where the picture is not here yet
  bytes: number;
}

interface Line {
  name: string;
  kind: string;
  of: string; // the kind of event that tells it; "" for a level
  fact: string;
  level: number | null;
  side: string;
}

interface Chart {
  title: string;
  term: string;
  about: string;
  compares: string;
  lines: Line[];
  range: [number, number] | null;
  band: [number, number, string] | null;
  aside: [string] | [string, string, string] | null;
  percent: boolean;
}

interface Axis {
  start: number;
  end: number;
}

type Point = [seconds: number, value: number];
type Columns = Record<string, Record<string, any[]>>; // by kind of event and by fact; null where not known

interface Window {
  gan: { begin(script: string, given: Given): unknown; browser(): string; started(): string };
  gradio_config: { root: string };
}

// What a template holds is known to no checker: what is looked up in it, or pressed in it, may be anything.
interface ParentNode {
  querySelector(which: string): any;
  querySelectorAll(which: string): NodeListOf<any>;
}

interface Element {
  closest(which: string): any;
}

interface HTMLElement {
  addEventListener(kind: string, does: (event: any) => void, options?: boolean | AddEventListenerOptions): void;
}

interface Document {
  addEventListener(kind: string, does: (event: any) => void, options?: boolean | AddEventListenerOptions): void;
}
