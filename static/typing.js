// Results while somebody types into the search over everything: a combobox. finder.js fetches this with its first focus.

const TYPING_PAUSE = 250; // milliseconds
const PATIENCE = 5000; // milliseconds, for results while typing; the results page waits longer
let box, finder; // of the page that is shown
let pendingSearch; // the timer of what is typed
let runningSearch; // aborts the request for what was typed before

function setUpFinder(control) {
  if (box === control) return;
  box = control;
  finder = byId("finder");
  box.addEventListener("input", (event) => { if (!event.isComposing) searchSoon(); });
  box.addEventListener("compositionend", searchSoon);
  box.addEventListener("keydown", onFinderKey);
  box.addEventListener("paste", searchPastedList);
  box.form.addEventListener("submit", submitSearch);
  box.form.addEventListener("focusout", (event) => { if (!box.form.contains(event.relatedTarget)) closeFinder(); });
  finder.addEventListener("mousedown", (event) => event.preventDefault()); // the focus stays in the box
  if (box.value !== box.defaultValue) searchSoon(); // typed before this script was there
}

const hitOptions = () => [...finder.querySelectorAll("[role=option]")];
const activeOption = () => finder.querySelector("[aria-selected=true]");

function searchSoon() {
  clearTimeout(pendingSearch);
  runningSearch?.abort();
  const text = box.value.trim();
  if (!text) return closeFinder();
  pendingSearch = setTimeout(() => searchNow(text), TYPING_PAUSE);
}

async function searchNow(text) {
  runningSearch = new AbortController();
  const signal = AbortSignal.any([runningSearch.signal, AbortSignal.timeout(PATIENCE)]);
  const { signal: own } = runningSearch;
  try {
    const answer = await fetch(`${box.form.dataset.typing}?${new URLSearchParams({ q: text })}`, { signal, headers: { "HX-Request": "true" } });
    const words = await answer.text();
    if (own.aborted || document.activeElement !== box) return;
    if (answer.status !== 200) throw new Error(answer.status);
    finder.innerHTML = words;
    finder.scrollTop = 0;
    announce(finder.firstElementChild.dataset.words);
  } catch {
    if (own.aborted) return;
    finder.innerHTML = "<p class=\"finder-none\">No results yet. Press <kbd>Enter</kbd> to search.</p>";
    announce("No results yet. Press Enter to search.");
  }
  finder.hidden = false;
  box.setAttribute("aria-expanded", "true");
  box.setAttribute("aria-controls", byId("finder-list") ? "finder-list" : "finder");
  box.removeAttribute("aria-activedescendant");
}

function closeFinder() {
  clearTimeout(pendingSearch);
  runningSearch?.abort();
  if (finder.hidden) return;
  finder.hidden = true;
  finder.replaceChildren();
  box.setAttribute("aria-expanded", "false");
  box.setAttribute("aria-controls", "finder");
  box.removeAttribute("aria-activedescendant");
}

function onFinderKey(event) {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape" && !finder.hidden) {
    closeFinder();
  } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && hitOptions().length) {
    choose(event.key === "ArrowDown" ? 1 : -1);
  } else {
    return;
  }
  event.preventDefault();
  event.stopPropagation();
}

// Before the first and behind the last option is the box itself.
function choose(step) {
  const options = hitOptions();
  const stops = [null, ...options];
  const next = stops.at((stops.indexOf(activeOption()) + step) % stops.length);
  for (const option of options) option.setAttribute("aria-selected", String(option === next));
  if (next) box.setAttribute("aria-activedescendant", next.id); else box.removeAttribute("aria-activedescendant");
  next?.scrollIntoView({ block: "nearest" });
}

function submitSearch(event) {
  const options = hitOptions();
  const isOnly = finder.firstElementChild?.dataset.total === "1";
  const onPage = box.value === box.defaultValue ? document.querySelector("[data-only-hit]")?.dataset.onlyHit : null;
  const url = (activeOption() ?? (isOnly ? options[0] : null))?.href ?? (finder.hidden ? onPage : null);
  if (url) {
    event.preventDefault();
    location.assign(url);
  } else if (!box.value.trim() && finder.hidden) {
    event.preventDefault();
  }
}

// A box of one line would drop the line ends of a list.
function searchPastedList(event) {
  const text = event.clipboardData.getData("text").trim();
  if (!text.includes("\n")) return;
  event.preventDefault();
  const form = document.createElement("form");
  form.method = "post";
  form.action = box.form.action;
  form.append(document.querySelector("[name=csrf_token]").cloneNode());
  const list = document.createElement("textarea");
  list.name = "q";
  list.value = text;
  form.append(list);
  form.hidden = true;
  document.body.append(form);
  form.submit();
}

setUpFinder(byId("search-q"));
