// Pages that wait for the platform: htmx polls, and their seconds go on between the polls.

// Cancels the Refresh header, which is for pages without a script. A page that follows a reboot loads other things first.
window.addEventListener("load", () => {
  if (document.querySelector("#asking, #job")) window.stop();
  if (document.getElementById("progress")) setTimeout(() => window.stop(), 2000);
});

const addSeconds = (element, seconds) => { element.textContent = Math.max(0, Number(element.textContent) + seconds); };

setInterval(() => {
  for (const element of document.querySelectorAll("[data-seconds]")) addSeconds(element, 1);
  for (const element of document.querySelectorAll("[data-countdown]")) addSeconds(element, -1);
  for (const bar of document.querySelectorAll("progress[data-grows]")) bar.value += 1;
}, 1000);
