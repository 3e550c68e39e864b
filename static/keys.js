// Single keys, which work wherever nobody types; the help page says which.

const SINGLE_KEYS = {
  "/": (event) => select(event, byId("search-q")),
  "f": (event) => select(event, document.querySelector("main .find [type=search]")),
  "j": () => byId("next-device")?.click(),
  "k": () => byId("previous-device")?.click(),
  "[": () => goToDifference("previous-difference", -1),
  "]": () => goToDifference("next-difference", 1),
  "c": (event) => event.target.closest("tr")?.querySelector("[data-copy]")?.click(),
  "?": () => {
    const shown = byId("keys-title"); // on the help page
    if (shown) focusHeading(shown); else byId("show-keys")?.click();
  },
};

function select(event, control) {
  if (!control) return;
  event.preventDefault(); // the key is not typed into it
  control.select();
}

// On a page of one difference to the one beside it; in a list of devices to the row that needs attention.
function goToDifference(id, step) {
  const link = byId(id);
  if (link) return link.click();
  const rows = [...document.querySelectorAll("[data-attention]")];
  const focused = document.activeElement.closest("tr");
  const at = rows.indexOf(focused);
  const isBehind = (row) => focused && focused.compareDocumentPosition(row) & Node.DOCUMENT_POSITION_FOLLOWING;
  const behind = focused ? rows.findIndex(isBehind) : 0;
  const from = behind < 0 ? rows.length : behind;
  const row = rows[step > 0 ? from : (at < 0 ? from : at) - 1];
  if (row) return (row.querySelector("th a") ?? focusable(row)).focus();
  if (byId("job-items")) announce(rows.length ? "No other device needs attention." : "No device needs attention.");
}

function focusable(row) {
  row.tabIndex = -1;
  return row;
}

document.addEventListener("keydown", (event) => {
  const isTyped = event.getModifierState("AltGraph"); // as the brackets of many keyboards are
  if (((event.ctrlKey || event.altKey) && !isTyped) || event.metaKey || dialog?.open) return;
  if (event.key === "Escape") return closeMenus();
  if (event.key === "ArrowDown" || event.key === "ArrowUp") return step(event);
  if (!typing(event.target) && !keysAreOff()) SINGLE_KEYS[event.key]?.(event);
});

// Up and down the names of a list, beginning at the filter above it.
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
