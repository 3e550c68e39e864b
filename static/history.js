// Days as the reader counts them: the filter sends the zone; before it does, the server groups entries by UTC.

const zone = document.getElementById("zone");
if (zone) zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";

function regroup(body) {
  const columns = body.querySelector(".day th")?.colSpan ?? 1;
  for (const heading of body.querySelectorAll(".day")) heading.remove();
  let day = null;
  for (const row of [...body.rows]) {
    const date = new Date(row.querySelector("time").dateTime);
    if (date.toDateString() !== day) row.before(dayRow(date, columns));
    day = date.toDateString();
  }
}

function dayRow(date, columns) {
  const row = document.createElement("tr");
  row.className = "day";
  const heading = document.createElement("th");
  heading.className = "full";
  heading.scope = "colgroup";
  heading.colSpan = columns;
  heading.textContent = `${dayName(date)}, ${new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric" }).format(date)}`;
  row.append(heading);
  return row;
}

function dayName(date) {
  const yesterday = new Date();
  yesterday.setDate(yesterday.getDate() - 1);
  if (date.toDateString() === new Date().toDateString()) return "Today";
  if (date.toDateString() === yesterday.toDateString()) return "Yesterday";
  return new Intl.DateTimeFormat("en-GB", { weekday: "long" }).format(date);
}

function regroupAll() {
  for (const body of document.querySelectorAll("tbody[data-days]")) regroup(body);
}

document.addEventListener("htmx:after:swap", regroupAll);
regroupAll();
