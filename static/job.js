// The form that starts a job: its zone is the reader's, and its button says what it will do.

const numberIn = (form, name) => (/^\d+$/.test(form.elements[name].value.trim()) ? Number(form.elements[name].value) : 0);

function sayWhatStarts() {
  const form = byId("run");
  if (!form) return;
  const count = Number(form.dataset.count);
  const few = numberIn(form, "canary");
  const pace = numberIn(form, "pace");
  const some = few > 0 && few < count ? `Start with ${few} of ${count}` : form.dataset.start;
  form.querySelector("#start span").textContent = form.elements.start_at.value ? form.dataset.schedule : some;
  form.querySelector("#run-time").textContent = pace && count ? `About ${Math.ceil(count / pace)} min in all` : "";
}

function takeZone() {
  const zone = byId("run")?.elements.zone;
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone && here && zone.value === zone.defaultValue && zone.dataset.usual !== undefined) zone.value = here;
}

document.addEventListener("input", (event) => event.target.closest("#run") && sayWhatStarts());
for (const moment of ["htmx:after:swap", "DOMContentLoaded"]) document.addEventListener(moment, () => { takeZone(); sayWhatStarts(); });
