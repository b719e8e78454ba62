// @ts-check
// A run goes on as long as some page watches it. The page says so now and then, whichever tab is in sight, and
// says goodbye when it closes. Hidden pages get a turn once a minute.
import { PAGE } from "./browser.js";

const EVERY = 20000; // ms

const runShown = () => new URL(location.href).searchParams.get("run");

/** @param {Given} given */
export default function watchOver({ server }) {
  let gone = ""; // a run that the server does not know any more

  async function watchOn() {
    const run = runShown();
    if (!run || run === gone) return;
    const answer = await server.seen({ run, page: PAGE });
    if (answer?.error) gone = run;
  }

  watchOn();
  setInterval(watchOn, EVERY);
  addEventListener("pageshow", (event) => event.persisted && watchOn());

  addEventListener("pagehide", () => {
    const run = runShown();
    if (!run || run === gone) return;
    const { fetch } = window; // the browser sends it after the page has gone
    window.fetch = (address, options) => fetch(address, { ...options, keepalive: true });
    server.left({ run, page: PAGE });
    window.fetch = fetch;
  });
}
