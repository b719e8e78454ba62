// @ts-check
// A run goes on as long as some page watches it. The page says so now and then, whichever tab is in sight, and
// says goodbye when it closes. In scope, from gr.HTML: element, server. Hidden pages get a turn once a minute.

const EVERY = 20000; // ms
const page = (window.gan.page = Math.random().toString(36).slice(2)); // its name for the server

let gone = ""; // a run that the server does not know any more

const runShown = () => new URL(location.href).searchParams.get("run");

async function watchOn() {
  const run = runShown();
  if (!run || run === gone) return;
  const answer = await server.seen({ run, page });
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
  server.left({ run, page });
  window.fetch = fetch;
});
