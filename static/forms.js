// Forms: sent once, not left with unsaved input without a question; too long a text is not cut.

// --- one press, one request ---

const LONGEST_WRITE = 60_000; // milliseconds; the portal gives up on the platform before that
const SECOND_PRESS = 2_000; // of a download, which leaves its page where it is

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
  setTimeout(() => release(form), event.submitter?.matches("[data-download]") ? SECOND_PRESS : LONGEST_WRITE);
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

// --- unsaved input, form by form ---

const unsaved = new WeakMap(); // what happened to a form here; before that, the server's mark counts
const isUnsaved = (form) => unsaved.get(form) ?? form.matches("[data-unsaved]");
const unsavedForms = () => [...document.querySelectorAll("form[data-guard]")].filter(isUnsaved);

document.addEventListener("input", ({ target }) => { if (target.form?.matches("[data-guard]")) unsaved.set(target.form, true); });

document.addEventListener("click", ({ target }) => {
  const form = target.closest("[data-discard]")?.closest("form");
  if (form) unsaved.set(form, false);
});

document.addEventListener("submit", (event) => {
  if (!event.defaultPrevented) unsaved.set(event.target, false);
}, true); // before htmx hears of it

window.addEventListener("beforeunload", (event) => {
  if (unsavedForms().length === 0) return;
  event.preventDefault();
  setTimeout(keepPage); // runs once the question is answered
});

// Whoever stays can send each form again: nothing was sent.
function keepPage() {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    release(form);
    unsaved.set(form, true);
  }
}

// --- counters: characters as people and the platform count them, not the units of UTF-16 ---

function countCharacters(control) {
  const excess = [...control.value].length - Number(control.dataset.maxCharacters);
  const counter = byId(`${control.id}-count`);
  counter.hidden = excess <= 0;
  counter.textContent = excess > 0 ? `${excess.toLocaleString("en-GB")} character${excess === 1 ? "" : "s"} too many` : "";
}

document.addEventListener("input", ({ target }) => {
  if (!target.matches("[data-max-characters]")) return;
  if (!target.matches("[data-hx-get]")) byId(`${target.id}-error`)?.remove(); // it was about the text before
  countCharacters(target);
});
for (const control of document.querySelectorAll("[data-max-characters]:not([aria-invalid])")) countCharacters(control);

// --- pressing ---

// What is said of a field that was just left may push the button away from under the pointer that presses it.
let pressed = null;
document.addEventListener("pointerdown", (event) => { pressed = event; });
document.addEventListener("pointerup", ({ target, clientX, clientY }) => {
  const button = pressed?.button === 0 && pressed.target.closest("button[type=submit]");
  const isStill = button && Math.hypot(clientX - pressed.clientX, clientY - pressed.clientY) < 4;
  if (isStill && button.isConnected && !button.contains(target)) button.click();
});

// A demo account goes into the form at once; the cursor waits for its password.
document.addEventListener("click", (event) => {
  const username = event.target.closest("[data-username]")?.dataset.username;
  if (!username) return;
  event.preventDefault();
  byId("username").value = username;
  byId("password").focus();
});
