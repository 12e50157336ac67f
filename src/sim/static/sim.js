// Refreshes what moves and sends without reloading. Nothing that is being typed is touched.
"use strict";

const atTheEnd = (box) => box.scrollHeight - box.scrollTop - box.clientHeight < 48;

let asked = false;
let asking = false;

// Draws the page anew and takes over the parts that are marked as live.
async function refresh() {
  asked = true;
  if (asking) return;
  asking = true;
  while (asked) {
    asked = false;
    try {
      const answer = await fetch("/", { cache: "no-store" });
      if (answer.ok) take(new DOMParser().parseFromString(await answer.text(), "text/html"));
    } catch {
      // The simulator is away; the next change tells when it is back.
    }
  }
  asking = false;
}

function take(page) {
  if (page.querySelectorAll(".phone").length !== document.querySelectorAll(".phone").length) {
    location.reload();
    return;
  }
  for (const part of page.querySelectorAll("[data-live]")) {
    const here = document.getElementById(part.id);
    if (!here || here.innerHTML === part.innerHTML) continue;
    const follows = atTheEnd(here);
    const height = here.scrollTop;
    here.innerHTML = part.innerHTML;
    here.scrollTop = follows ? here.scrollHeight : height;
  }
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.closest(".phone")) return;
  event.preventDefault();
  const body = new FormData(form, event.submitter);
  const text = form.elements.namedItem("text");
  const typed = text ? text.value : "";
  const isFile = form.enctype === "multipart/form-data";
  if (isFile) form.reset();
  if (text) text.focus({ preventScroll: true });
  // Whoever says something wants to see what comes of it.
  const chat = form.closest(".phone").querySelector(".scroll");
  chat.scrollTop = chat.scrollHeight;
  try {
    await fetch(form.action, { method: "POST", body: isFile ? body : new URLSearchParams(body), redirect: "manual" });
  } catch {
    if (text && !text.value) text.value = typed;
  }
  form.closest("details")?.removeAttribute("open");
  refresh();
});

document.addEventListener("change", (event) => {
  if (event.target.type === "file" && event.target.files.length) event.target.form.requestSubmit();
});

for (const chat of document.querySelectorAll(".phone .scroll")) chat.scrollTop = chat.scrollHeight;
const changes = new EventSource("/changes");
changes.onmessage = refresh;
changes.onopen = refresh;
// The clock moves without anyone doing anything.
setInterval(refresh, 20000);
