// What the pages need beside htmx: buttons that copy, and lists that follow what happens. Without scripts everything else works.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("button.copy");
  if (!button) {
    return;
  }
  const text = button.parentElement.querySelector("code").textContent;
  const name = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch {
    const range = document.createRange();
    range.selectNodeContents(button.parentElement.querySelector("code"));
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    button.textContent = "Selected";
  }
  setTimeout(() => { button.textContent = name; }, 2000);
});

// A page follows the stream of events while it is looked at. A list is loaded again in its place, at most every two seconds and for
// at most a tenth of the time; the page of a state says that it has changed. A browser has few connections to one host, so a page
// that nobody looks at holds none.
const REST = 2000;
let stream = null;
let position = null;
let due = false;
let waiting = false;

const region = () => document.querySelector("[data-live]");

function follow() {
  const followed = region();
  if (!followed || document.hidden || stream) {
    return;
  }
  const address = new URL(followed.dataset.live, location.href);
  if (position) {
    address.searchParams.set("after", position);
  }
  stream = new EventSource(address);
  const hear = (event) => {
    position = event.lastEventId || position;
    told(JSON.parse(event.data));
  };
  for (const type of followed.dataset.types.split(" ")) {
    stream.addEventListener(type, hear);
  }
}

function leave() {
  stream?.close();
  stream = null;
}

function told(event) {
  if (event.data?.replayed) {
    return; // events were lost, and those that tell the same follow
  }
  const followed = region();
  if (event.observed === "storage" && Date.parse(event.time) < made(followed)) {
    return; // found again, and on the page already
  }
  const state = followed.dataset.state;
  if (state === undefined) {
    due = true;
    loadIn(300);
  } else if (event.subject === undefined || event.subject === state) {
    followed.firstElementChild.hidden = false;
  }
}

// When the page was made, in milliseconds: a position begins with microseconds.
function made(followed) {
  return parseInt(new URL(followed.dataset.live, location.href).searchParams.get("after"), 10) / 1000;
}

function loadIn(time) {
  if (due && !waiting && !document.hidden) {
    waiting = true;
    setTimeout(load, time);
  }
}

async function load() {
  const list = region();
  const selection = getSelection();
  const reading = !selection.isCollapsed && list.contains(selection.anchorNode);
  const began = performance.now();
  if (!reading && !document.hidden) {
    due = false;
    const focused = list.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    await htmx.ajax("GET", location.pathname + location.search, { target: list, select: "#list", swap: "outerHTML" });
    if (focused !== null) {
      region().querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
    }
  }
  waiting = false;
  loadIn(Math.max(REST, 9 * (performance.now() - began)));
}

function look() {
  if (document.hidden) {
    leave();
  } else {
    follow();
    loadIn(0);
  }
}

document.addEventListener("visibilitychange", look);
addEventListener("pagehide", leave);
addEventListener("pageshow", look);
