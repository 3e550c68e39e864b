// Comfort over pages that work without it. Listeners sit on the document, so swapped content needs no set-up.

const byId = (id) => document.getElementById(id);
const announce = (words) => { byId("announce").textContent = words; };
const typing = (element) => element.closest("input, select, textarea, [contenteditable]") !== null;

const dialog = byId("dialog"); // none before the sign-in

// --- keys and menus ---

const SINGLE_KEYS = {
  "/": (event) => {
    const box = byId("find-q");
    if (!box) return;
    event.preventDefault();
    box.select();
  },
  "j": () => byId("next-device")?.click(),
  "k": () => byId("previous-device")?.click(),
  "c": (event) => event.target.closest("tr")?.querySelector("[data-copy]")?.click(),
  "?": () => {
    const shown = byId("keys-title"); // on the help page
    if (shown) focusHeading(shown); else byId("show-keys")?.click();
  },
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || dialog?.open) return;
  if (event.key === "Escape") return closeMenus();
  if (event.key === "ArrowDown" || event.key === "ArrowUp") return step(event);
  if (!typing(event.target) && !keysAreOff()) SINGLE_KEYS[event.key]?.(event);
});

// Up and down the names of a list, beginning at the search above it.
function step(event) {
  const stops = [byId("find-q"), ...document.querySelectorAll(".rows tbody th a")];
  const at = stops.indexOf(event.target);
  const next = at < 0 ? null : stops[at + (event.key === "ArrowDown" ? 1 : -1)];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

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
  event.target.closest("[data-dismiss]")?.closest(".note").remove();
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
const TODAY = { hour: "2-digit", minute: "2-digit" };
const EARLIER = { day: "numeric", month: "short" };
const shapeOf = (date, show) =>
  SHAPES[show] ?? (new Date().toDateString() === date.toDateString() ? TODAY : EARLIER);
const shaped = (date, shape) => new Intl.DateTimeFormat("en-GB", shape).format(date);

function localTimes(root) {
  for (const time of root.querySelectorAll("time[data-show]")) {
    const date = new Date(time.dateTime);
    const words = shaped(date, shapeOf(date, time.dataset.show));
    if (time.textContent !== words) time.textContent = words;
    time.title = shaped(date, { ...SHAPES.full, timeZoneName: "short" });
  }
}
localTimes(document);

// --- messages: said once beside the page, to be read again in the person's menu ---

const MESSAGES = "messages"; // of this tab, until its person signs out
const SHOWN_FOR = 10_000; // milliseconds

const said = () => JSON.parse(sessionStorage.getItem(MESSAGES) ?? "[]");

function showMessages(toasts) {
  const notes = [...toasts.children];
  if (notes.length === 0) return;
  const fresh = notes.map((note) => ({ at: new Date(), words: note.querySelector("p").textContent }));
  sessionStorage.setItem(MESSAGES, JSON.stringify([...fresh, ...said()].slice(0, 10)));
  toasts.replaceChildren();
  setTimeout(() => toasts.append(...notes)); // a live region speaks of what comes into it
  for (const note of notes) putAway(note);
}

function putAway(note) {
  if (note.matches(".note-bad, .note-warn")) return;
  setTimeout(() => (note.matches(":hover, :focus-within") ? putAway(note) : note.remove()), SHOWN_FOR);
}

function listMessages(section) {
  section.hidden = said().length === 0;
  section.querySelector("ul").replaceChildren(...said().map(({ at, words }) => {
    const item = document.createElement("li");
    const time = document.createElement("time");
    time.dateTime = at;
    time.textContent = shaped(new Date(at), SHAPES.clock);
    item.append(time, " ", words);
    return item;
  }));
}

if (byId("toasts")) showMessages(byId("toasts")); else sessionStorage.removeItem(MESSAGES);

document.addEventListener("toggle", ({ target }) => {
  const section = byId("messages");
  if (section && target.open && target.contains(section)) listMessages(section);
}, true); // it does not bubble

// --- forms: one press, one request ---

const LONGEST_WRITE = 60_000; // milliseconds; the portal gives up on the platform before that

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) {
    event.preventDefault();
    event.stopPropagation();
    return;
  }
  form.dataset.sent = "true";
  event.submitter?.setAttribute("aria-disabled", "true");
  setTimeout(() => release(form), LONGEST_WRITE);
}, true); // before htmx hears of it

function release(form) {
  delete form.dataset.sent;
  form.querySelector("button[aria-disabled]")?.removeAttribute("aria-disabled");
}

window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));

// The theme changes in place: whoever is typing must not have to leave the page for it.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("[data-theme-switch]")) return;
  event.preventDefault();
  const fields = new URLSearchParams(new FormData(form, event.submitter));
  document.documentElement.dataset.bsTheme = fields.get("theme");
  for (const button of form.elements.theme) button.setAttribute("aria-pressed", button === event.submitter);
  try {
    await fetch(form.action, { method: "POST", body: fields, redirect: "manual" }); // the answer sets the cookie
  } finally {
    release(form);
  }
});

// --- dialogs: what has a page of its own opens over this one ---

function openDialog(opener) {
  const src = dialog.dataset.formsScript; // the page below has it only if it holds a form itself
  if (!document.querySelector(`script[src="${src}"]`)) {
    document.head.append(Object.assign(document.createElement("script"), { src }));
  }
  const heading = dialog.querySelector("h1, h2");
  opener.focus(); // what had the focus gets it back in the end; the key of an opener may be in a closed menu
  closeMenus();
  dialog.setAttribute("aria-labelledby", heading.id);
  dialog.showModal();
  focusHeading(heading); // not the button that does it
}

dialog?.addEventListener("click", (event) => {
  if (!event.target.closest("[data-close]")) return;
  event.preventDefault();
  dialog.close();
});

dialog?.addEventListener("close", () => {
  byId("main").before(byId("trouble"));
  dialog.replaceChildren();
});

// --- swaps ---

document.addEventListener("htmx:config:request", (event) => {
  const { request, sourceElement, target } = event.detail.ctx;
  if (!target) { // an error page stands where the list was: go there as a page
    event.preventDefault();
    return sourceElement.submit?.();
  }
  if (request.method !== "GET") return;
  if (sourceElement.matches("form") && !sourceElement.reportValidity()) return event.preventDefault();
  for (const [name, value] of [...request.body]) if (value === "") request.body.delete(name); // keeps addresses short
});

// What the page asks of itself shows no sign of waiting, and is not asked where nobody sees it.
const byItself = (ctx) => ["every", "intersect"].includes(ctx.sourceEvent?.type) || ctx.sourceElement.matches("[data-quiet]");

document.addEventListener("htmx:before:request", (event) => {
  const { ctx } = event.detail;
  const unseen = !ctx.sourceElement.isConnected || (ctx.sourceEvent?.type === "every" && document.hidden);
  if (unseen) return event.preventDefault();
  if (!byItself(ctx)) ctx.target?.setAttribute("aria-busy", "true");
});

document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
  ctx.target?.removeAttribute?.("aria-busy");
  if (ctx.sourceElement.matches("form[data-sent]") && !ctx.hx?.redirect) release(ctx.sourceElement);
});

// Our own error answers are made for a place on the page; those of a proxy are not, and must not land in a table.
document.addEventListener("htmx:after:request", (event) => {
  const { ctx } = event.detail;
  const { response, text, target } = ctx;
  if (response.status < 400 || text.includes("<hx-partial") || (target.id && text.includes(`id="${target.id}"`))) return;
  event.preventDefault();
  complain(`The portal returned an error (${response.status}).`, ctx);
});

document.addEventListener("htmx:error", ({ detail: { ctx } }) => {
  if (!ctx) return;
  const late = ctx.request.signal.reason === "timeout";
  complain(late ? "The portal did not respond in time." : "The portal cannot be reached.", ctx);
});

function complain(words, { request, sourceElement, push, replace }) {
  if (sourceElement.matches("[data-quiet]")) return; // the whole form is looked at again when it is sent
  const trouble = byId("trouble");
  trouble.querySelector("strong").textContent = words;
  trouble.querySelector("span").textContent = request.method === "GET" ?
    "This page was not updated." : "Status unknown: the portal did not confirm the change. Check before trying again.";
  trouble.querySelector("a").href = sourceElement.href ?? (push || replace ? request.action : location.href);
  trouble.hidden = false;
  if (dialog.open) dialog.prepend(trouble);
}

let lost = null; // the id of what has the focus and is about to be replaced; "" where it has none

document.addEventListener("htmx:before:swap", ({ detail: { ctx, tasks } }) => {
  if (dialog?.open && tasks.some(({ target }) => target?.id === "main")) dialog.close(); // an error takes the page
  const active = document.activeElement;
  const replaced = tasks.some(({ target }) => target?.id !== "announce" && target?.contains?.(active));
  lost = replaced ? active.id : null;
  if (ctx.swap.startsWith("outerMorph")) keepTyped(ctx.target);
});

// A value that was set by script outlives a morph that takes the value attribute away.
function keepTyped(root) {
  for (const control of root.querySelectorAll("input:not([type=hidden]), textarea")) control.value = control.value;
}

document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  const trouble = byId("trouble");
  if (trouble) trouble.hidden = true;
  localTimes(document);
  if (ctx.target === dialog && dialog.childElementCount > 0) openDialog(ctx.sourceElement);
  if (lost !== null && document.activeElement === document.body) focusAgain(lost);
});

// The same control if it is still there, the menu it is hidden in, or else the heading.
function focusAgain(id) {
  const control = id && byId(id);
  if (control) return (control.closest("details:not([open])")?.querySelector("summary") ?? control).focus();
  focusHeading((dialog?.open ? dialog : document).querySelector("h1"));
}

function focusHeading(heading) {
  heading.tabIndex = -1;
  heading.focus();
}
