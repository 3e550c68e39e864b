// Comfort over pages that work without it. Listeners sit on the document, so swapped content needs no set-up.

const byId = (id) => document.getElementById(id);
const announce = (words) => { byId("announce").textContent = words; };
const typing = (element) => element.closest("input, select, textarea, [contenteditable]") !== null;

// --- keys and menus ---

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") return closeMenus();
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || keysAreOff()) return;
  if (event.key === "/") {
    const box = document.querySelector("#find input[type=search]");
    if (!box) return;
    event.preventDefault();
    box.select();
  } else if (event.key === "c") {
    event.target.closest("tr")?.querySelector("[data-copy]")?.click();
  }
});

// Speech input types single letters where none are meant, so they can be switched off: WCAG 2.1.4.
const keysAreOff = () => localStorage.getItem("keys") === "off";
const keysSwitch = byId("keys");
if (keysSwitch) {
  keysSwitch.checked = !keysAreOff();
  keysSwitch.addEventListener("change", () => localStorage.setItem("keys", keysSwitch.checked ? "on" : "off"));
}

function closeMenus() {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
    menu.open = false;
  }
}

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
  const button = event.target.closest("[data-copy]");
  if (button) copy(button);
});

async function copy(button) {
  const use = button.querySelector("use");
  const sprite = use.getAttribute("href").split("#")[0];
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    use.setAttribute("href", `${sprite}#check-lg`);
    announce(`Copied ${button.dataset.copy}`);
    setTimeout(() => use.setAttribute("href", `${sprite}#copy`), 1500);
  } catch { // no clipboard: not https, or not allowed
    getSelection().selectAllChildren(button.previousElementSibling);
    announce("Selected. Copy it with Ctrl and C.");
  }
}

// --- times: the server says UTC, the reader thinks in a zone ---

const SHAPES = {
  clock: { hour: "2-digit", minute: "2-digit", second: "2-digit" },
  full: { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit" },
};
const shaped = (date, shape) => new Intl.DateTimeFormat("en-GB", shape).format(date);

function localTimes(root) {
  for (const time of root.querySelectorAll("time[data-show]")) {
    const date = new Date(time.dateTime);
    const words = shaped(date, SHAPES[time.dataset.show]);
    if (time.textContent !== words) time.textContent = words;
    time.title = shaped(date, { ...SHAPES.full, timeZoneName: "short" });
  }
}
localTimes(document);

// --- forms: one press, one request ---

const LONGEST_WRITE = 25_000; // milliseconds; the portal gives up on the platform before that

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "true";
  event.submitter?.setAttribute("aria-disabled", "true");
  setTimeout(() => release(form), LONGEST_WRITE);
});

function release(form) {
  delete form.dataset.sent;
  form.querySelector("button[aria-disabled]")?.removeAttribute("aria-disabled");
}

window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));

// --- swaps ---

document.addEventListener("htmx:config:request", (event) => {
  const { request, sourceElement, target } = event.detail.ctx;
  if (!target) { // an error page stands where the list was: go there as a page
    event.preventDefault();
    return sourceElement.submit?.();
  }
  if (request.method !== "GET") return;
  for (const [name, value] of [...request.body]) if (value === "") request.body.delete(name); // keeps addresses short
});

document.addEventListener("htmx:before:request", (event) => {
  const { ctx } = event.detail;
  if (ctx.sourceEvent?.type === "every" && document.hidden) return event.preventDefault();
  ctx.target?.setAttribute("aria-busy", "true");
});

document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => ctx.target?.removeAttribute?.("aria-busy"));

// Our own error answers are made for a place on the page; those of a proxy are not, and must not land in a table.
document.addEventListener("htmx:after:request", (event) => {
  const { response, text, target, request } = event.detail.ctx;
  if (response.status < 400 || text.includes("<hx-partial") || text.includes(`id="${target.id}"`)) return;
  event.preventDefault();
  complain(`The portal could not answer (${response.status}).`, request.action);
});

document.addEventListener("htmx:error", ({ detail: { ctx } }) => {
  if (!ctx) return;
  const late = ctx.request.signal.reason === "timeout";
  complain(late ? "The portal took too long to answer." : "The portal cannot be reached.", ctx.request.action);
});

function complain(words, url) {
  const trouble = byId("trouble");
  trouble.querySelector("strong").textContent = words;
  trouble.querySelector("a").href = url;
  trouble.hidden = false;
}

let lost = null; // the id of what has the focus and is about to be replaced; "" where it has none

document.addEventListener("htmx:before:swap", ({ detail: { ctx, tasks } }) => {
  const active = document.activeElement;
  const replaced = tasks.some(({ target }) => target?.id !== "announce" && target?.contains?.(active));
  lost = replaced ? active.id : null;
  if (ctx.swap.startsWith("outerMorph")) keepTyped(ctx.target);
});

// A value that was set by script outlives a morph that takes the value attribute away.
function keepTyped(root) {
  for (const control of root.querySelectorAll("input:not([type=hidden]), textarea")) control.value = control.value;
}

document.addEventListener("htmx:after:swap", () => {
  const trouble = byId("trouble");
  if (trouble) trouble.hidden = true;
  localTimes(document);
  if (lost !== null && document.activeElement === document.body) focusAgain(lost);
});

// The same control if it is still there, the menu it is hidden in, or else the heading.
function focusAgain(id) {
  const control = id && byId(id);
  if (control) return (control.closest("details:not([open])")?.querySelector("summary") ?? control).focus();
  const heading = document.querySelector("h1");
  heading.tabIndex = -1;
  heading.focus();
}
