// The form that starts a job: its zone is the reader's, and its button says what it will do. What is sent are the fields
// themselves, which also work alone: an empty time is now, the number 0 is none.

const runForm = () => byId("run");
const numberIn = (form, name) => (/^\d+$/.test(form.elements[name].value.trim()) ? Number(form.elements[name].value) : 0);
const USUAL_FEW = 3;
const QUIET_HOUR = "T02:00"; // proposed for tomorrow

function sayWhatStarts() {
  const form = runForm();
  if (!form) return;
  const count = Number(form.dataset.count);
  const few = numberIn(form, "canary");
  const pace = numberIn(form, "pace");
  const some = few > 0 && few < count ? `Start with ${few} of ${count}` : form.dataset.start;
  form.querySelector("#start span").textContent = form.elements.start_at.value ? form.dataset.schedule : some;
  const minutes = Math.ceil(count / pace);
  const long = minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
  form.querySelector("#run-time").textContent = pace && count ? `about ${long} in all` : "";
  form.querySelector("#zone-help").textContent = zoneWords(form.elements.zone.value.trim());
}

// The choices follow what is typed into the fields beside them.
function showChoices() {
  const form = runForm();
  if (!form) return;
  byId(form.elements.start_at.value ? "start-later" : "start-now").checked = true;
  for (const box of form.querySelectorAll("[data-few]")) box.checked = numberIn(form, box.dataset.few) > 0;
}

function zoneWords(zone) {
  try {
    const time = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit" }).format(new Date());
    return `Time zone. Now ${time} there.`;
  } catch {
    return "Time zone, e.g. Europe/London";
  }
}

function takeZone() {
  const zone = runForm()?.elements.zone;
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone && here && zone.value === zone.defaultValue && zone.dataset.usual !== undefined) zone.value = here;
}

function choose({ target }) {
  const { elements } = runForm();
  if (target.id === "start-now") elements.start_at.value = "";
  if (target.id === "start-later" && !elements.start_at.value) {
    const tomorrow = new Date(Date.now() + 864e5);
    elements.start_at.value = `${tomorrow.getFullYear()}-${twoDigits(tomorrow.getMonth() + 1)}-${twoDigits(tomorrow.getDate())}${QUIET_HOUR}`;
  }
  if (target.dataset.few) elements[target.dataset.few].value = target.checked ? USUAL_FEW : 0;
}

const twoDigits = (number) => String(number).padStart(2, "0");

document.addEventListener("change", (event) => {
  if (!event.target.closest("#run")) return;
  choose(event);
  sayWhatStarts();
});
document.addEventListener("input", (event) => {
  if (!event.target.closest("#run") || event.target.matches("[type=radio], [type=checkbox]")) return;
  showChoices();
  sayWhatStarts();
});
for (const moment of ["htmx:after:swap", "DOMContentLoaded"]) {
  document.addEventListener(moment, () => { takeZone(); showChoices(); sayWhatStarts(); });
}

// The devices that a job was made of are no longer selected in their list; selection.js says which they were.
function endSelection() {
  try {
    const made = sessionStorage.getItem("job-of-selection");
    sessionStorage.removeItem("job-of-selection");
    const lists = JSON.parse(sessionStorage.getItem("selections"));
    if (made && Array.isArray(lists)) sessionStorage.setItem("selections", JSON.stringify(lists.filter(({ key }) => key !== made)));
  } catch { // no storage, or not ours
  }
}

if (document.querySelector("[data-job-state]")) endSelection();
