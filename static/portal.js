// Comfort over pages that work without it: menus, copying, dialogs, and what the other parts of site.js share.
// Listeners sit on the document, so swapped content needs no set-up.

const byId = (id) => document.getElementById(id);
const announce = (words) => { byId("announce").textContent = words; };
const typing = (element) => element.closest("input:not([type=checkbox]), select, textarea, [contenteditable]") !== null;

const dialog = byId("dialog"); // none before the sign-in

function focusHeading(heading) {
  heading.tabIndex = -1;
  heading.focus();
}

// --- menus and copying ---

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
    announce(`Copied ${button.dataset.copied ?? button.dataset.copy}`);
    setTimeout(() => use.setAttribute("href", `${sprite}#copy`), 1500);
  } catch { // no clipboard: not https, or not allowed
    getSelection().selectAllChildren(button.previousElementSibling);
    announce("Selected. Copy it with Ctrl and C.");
  }
}

// --- dialogs: what has a page of its own opens over this one ---

function openDialog(opener) {
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
