// Selected devices: kept by the tab, for one account and one list, whatever page, order or filter is shown.
// Checkboxes show the selection of the rows on this page; what a form sends is the selection itself.

const SELECTIONS = "selections"; // of all lists in the session storage, the newest last
const MOST_LISTS = 5;

let picked = new Set();
let listKey = null; // of the account and the list that `picked` is of
let anchor = null; // the name of the row that was selected or left out last, where a range begins
let elsewhere = { key: null, leftOut: 0, missing: [] }; // of the selected, as the server said for one state of the list

const bulkForm = () => byId("bulk");
const boxes = () => [...document.querySelectorAll(".pick tbody [name=device]")];
const count = (number) => number.toLocaleString("en");

// --- keeping ---

function storedSelections() {
  try {
    const lists = JSON.parse(sessionStorage.getItem(SELECTIONS));
    return Array.isArray(lists) ? lists : [];
  } catch { // no storage, or not ours
    return [];
  }
}

function openSelection() {
  const key = `${bulkForm().dataset.account} ${bulkForm().getAttribute("action")}`;
  if (key === listKey) return;
  listKey = key;
  anchor = null;
  picked = new Set(storedSelections().find((list) => list.key === key)?.names);
}

function keepSelection() {
  const lists = storedSelections().filter((list) => list.key !== listKey).slice(1 - MOST_LISTS);
  if (picked.size > 0) lists.push({ key: listKey, names: [...picked] });
  while (true) {
    try {
      return sessionStorage.setItem(SELECTIONS, JSON.stringify(lists));
    } catch { // it is full: the oldest go, the page itself keeps its own
      if (lists.length === 0) return;
      lists.shift();
    }
  }
}

// --- showing ---

function showSelection() {
  const form = bulkForm();
  const shown = boxes();
  for (const box of shown) box.checked = picked.has(box.value);
  const here = shown.filter((box) => box.checked).length;
  const all = byId("pick-page");
  if (all) {
    all.checked = here > 0 && here === shown.length;
    all.indeterminate = here > 0 && here < shown.length;
  }
  form.toggleAttribute("data-open", picked.size > 0);
  byId("selected").textContent = `${count(picked.size)} selected`;
  byId("selected-elsewhere").textContent = elsewhereWords(picked.size - here);
  showSelectAll(form);
  showMissing();
}

function elsewhereWords(away) {
  const words = away > 0 ? [`${count(away)} not on this page`] : [];
  if (elsewhere.leftOut > 0) words.push(`${count(elsewhere.leftOut)} ${elsewhere.leftOut === 1 ? "does" : "do"} not match the filter`);
  return words.length > 0 ? `· ${words.join(", ")}` : "";
}

function showSelectAll(form) {
  const total = Number(byId("device-list")?.dataset.total ?? 0);
  const most = Number(form.dataset.most);
  const matching = picked.size - elsewhere.leftOut - elsewhere.missing.length;
  const button = byId("select-all");
  button.hidden = total <= matching;
  button.disabled = total > most;
  button.textContent = total > most ?
    `${count(total)} match, more than the ${count(most)} that can be selected` : `Select all ${count(total)} that match`;
}

function showMissing() {
  const { missing } = elsewhere;
  const note = byId("selected-gone");
  note.hidden = missing.length === 0;
  const rest = missing.length - 3;
  const names = missing.slice(0, 3).map((name) => `“${name}”`).join(", ") + (rest > 0 ? ` and ${count(rest)} more` : "");
  note.firstElementChild.textContent = `No longer in this group: ${names}.`;
}

const selectionWords = () => picked.size === 0 ? "Nothing selected" :
  [byId("selected"), byId("selected-elsewhere")].map((part) => part.textContent).join(" ").trim();

// --- changing ---

function change(names, selects) {
  const most = Number(bulkForm().dataset.most);
  const next = new Set(picked);
  for (const name of names) if (selects) next.add(name); else next.delete(name);
  if (next.size > most) {
    showSelection();
    return announce(`Not selected: at most ${count(most)} devices at once.`);
  }
  picked = next;
  if (picked.size === 0) elsewhere = { ...elsewhere, leftOut: 0, missing: [] };
  keepSelection();
  showSelection();
  announce(selectionWords());
}

function pick(box, selects, toAnchor) {
  const shown = boxes();
  const from = toAnchor ? shown.findIndex(({ value }) => value === anchor) : -1;
  const to = shown.indexOf(box);
  const range = from < 0 ? [box] : shown.slice(Math.min(from, to), Math.max(from, to) + 1);
  anchor = box.value;
  change(range.map(({ value }) => value), selects);
}

document.addEventListener("click", (event) => {
  const { target } = event;
  if (target.matches(".pick tbody [name=device]")) return pick(target, target.checked, event.shiftKey);
  if (target.id === "pick-page") return change(boxes().map(({ value }) => value), target.checked);
  if (target.id === "select-all") return selectAll();
  if (target.closest("#clear-selection")) return clearSelection();
  if (target.closest("#selected-gone button")) {
    const { missing } = elsewhere;
    elsewhere = { ...elsewhere, missing: [] };
    change(missing, false);
  }
});

// A range that is selected with the mouse selects no text.
document.addEventListener("mousedown", (event) => {
  if (event.shiftKey && event.target.closest(".pick .c-pick")) event.preventDefault();
});

function clearSelection() {
  const inBar = bulkForm().contains(document.activeElement);
  change([...picked], false);
  if (inBar) focusHeading(document.querySelector("h1"));
}

// Before keys.js closes what is open: Esc does one thing at a time.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || dialog?.open || !bulkForm()) return;
  if (event.key === "Escape") {
    const isForOther = typing(event.target) || document.querySelector("details.menu[open]");
    if (picked.size > 0 && !isForOther) clearSelection();
    return;
  }
  const box = event.target.closest(".pick tbody tr")?.querySelector("[name=device]");
  if (!box || event.target.matches("button")) return;
  const isSpace = event.key === " " && !(event.target === box && !event.shiftKey); // which the browser does itself
  if (!isSpace && !(event.key === "x" && !keysAreOff())) return;
  event.preventDefault();
  pick(box, !box.checked || event.shiftKey, event.shiftKey);
}, true);

// --- asking the server ---

// The list's own query, and the token of the form.
const listFields = () => new URLSearchParams([...new FormData(bulkForm())].filter(([name]) => !["device", "all"].includes(name)));

async function askAbout(fields) {
  const answer = await fetch(bulkForm().dataset.check, { method: "POST", body: fields });
  if (answer.redirected) location.reload(); // to sign in, and back to this page
  const told = await answer.json();
  if (!answer.ok) throw new Error(told.problem);
  return told;
}

async function selectAll() {
  const fields = listFields();
  fields.set("all", "1");
  try {
    const { names } = await askAbout(fields);
    change(names, true);
  } catch {
    announce("Not selected. The portal did not answer; try again.");
  }
}

// The selection is looked up once for each query and moment of the list; rows of this page need no look.
function stateOfList() {
  const fields = listFields();
  fields.delete("csrf_token"); // never the same twice
  return `${byId("device-list").dataset.asOf} ${fields}`;
}

async function checkElsewhere() {
  if (!bulkForm().dataset.check || !byId("device-list")?.dataset.asOf) return; // results of a search, or no list yet
  const key = stateOfList();
  if (elsewhere.key === key) return;
  elsewhere = { key, leftOut: 0, missing: [] };
  const shown = new Set(boxes().map(({ value }) => value));
  if ([...picked].every((name) => shown.has(name))) return;
  const fields = listFields();
  for (const name of picked) fields.append("device", name);
  try {
    const { leftOut, missing } = await askAbout(fields);
    if (elsewhere.key !== key) return; // another page asks by now
    elsewhere = { key, leftOut, missing };
    showSelection();
    if (missing.length > 0) announce(byId("selected-gone").firstElementChild.textContent);
  } catch {
    elsewhere.key = null; // the next page asks again
  }
}

document.addEventListener("formdata", (event) => {
  if (event.target !== bulkForm() || !event.target.hasAttribute("data-sending")) return;
  event.formData.delete("device");
  event.formData.delete("all");
  for (const name of picked) event.formData.append("device", name);
});

// Once a job is made of the selection, it ends: the page of the job sees to that, as only it knows that there is one.
function keepForJob(button) {
  try {
    if (button?.value === "export") sessionStorage.removeItem("job-of-selection");
    else sessionStorage.setItem("job-of-selection", listKey);
  } catch { // no storage: there is no selection to end
  }
}

document.addEventListener("submit", ({ target, submitter }) => {
  if (target !== bulkForm()) return;
  keepForJob(submitter);
  target.toggleAttribute("data-sending", true);
  setTimeout(() => target.removeAttribute("data-sending"));
});

// --- swapped rows ---

let focused = null; // the name of the row whose checkbox has the focus and is about to be replaced

document.addEventListener("htmx:before:swap", () => {
  const active = document.activeElement;
  focused = active?.matches(".pick tbody [name=device]") ? active.value : null;
});

function renewSelection() {
  if (!bulkForm()) return;
  openSelection();
  checkElsewhere();
  showSelection();
  if (focused !== null) boxes().find(({ value }) => value === focused)?.focus();
  focused = null;
}

document.addEventListener("htmx:after:swap", renewSelection);
window.addEventListener("pageshow", () => { listKey = null; renewSelection(); });
