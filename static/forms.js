// Forms that people type into: unsaved input is not left without a question, and too long a text is not cut.

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
    release(form); // of portal.js
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
