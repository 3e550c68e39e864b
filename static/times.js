// Times: the server says UTC, the reader thinks in a zone.

const SHAPES = {
  clock: { hour: "2-digit", minute: "2-digit", second: "2-digit" },
  full: { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit" },
};
const TODAY = { hour: "2-digit", minute: "2-digit" };
const EARLIER = { day: "numeric", month: "short" };
const shapeOf = (date, show) =>
  SHAPES[show] ?? (new Date().toDateString() === date.toDateString() ? TODAY : EARLIER);
const shaped = (date, shape) => new Intl.DateTimeFormat("en-GB", shape).format(date);

function localTimes(root) {
  for (const time of root.querySelectorAll("time[data-show]")) {
    const date = new Date(time.dateTime);
    const words = shaped(date, shapeOf(date, time.dataset.show));
    if (time.textContent !== words) time.textContent = words;
    time.title = shaped(date, { ...SHAPES.full, timeZoneName: "short" });
  }
}
localTimes(document);
