// What the page's scripts find in their scope.

// Gradio's gr.HTML hands these to js_on_load
declare const element: HTMLElement;
declare const props: { value: any };
declare const server: Record<string, (asked: object) => Promise<any>>; // nothing where the server does not answer
declare function trigger(event: string, data?: object): void;
declare function watch(names: string | string[], does: () => void): void;

interface Kept {
  get(name: string): string | null;
  set(name: string, value: string): void;
  remove(name: string): void;
}

interface Gan {
  toast(sentence: string): void;
  browser(): string;
  store: Kept & { local: Kept };
  page?: string; // watch.js: this page's name for the server
}

interface Shown {
  run: string | null;
  parent: string;
  training: boolean;
  fork: any;
}

interface Window {
  gan: Gan;
  ganRun?: Shown; // train.js: the run above, for what compares runs
  gradio_config: { root: string };
}

declare const gan: Gan;

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
