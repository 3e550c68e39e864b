// Messages: said once beside the page, to be read again in the person's menu.

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
