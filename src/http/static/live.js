// Keeps the conversation beside a petition fresh. Without it the page offers a link that loads the news.
(() => {
  const region = document.querySelector("[data-live]");
  if (!region || !window.EventSource) return;
  const status = document.getElementById("live-status");
  const reload = document.getElementById("live-reload");
  const source = new EventSource(`${region.dataset.live}?seen=${region.dataset.seen}`);
  source.addEventListener("open", () => { if (reload) reload.hidden = true; });
  source.addEventListener("error", () => { if (reload) reload.hidden = false; });
  source.addEventListener("conversation", (event) => {
    const sent = document.createElement("template");
    sent.innerHTML = event.data;
    const list = region.querySelector("ol") || region.appendChild(document.createElement("ol"));
    list.className = "chat";
    let news = 0;
    for (const item of sent.content.querySelectorAll("li[id]")) {
      const known = document.getElementById(item.id);
      if (!known) { list.append(item); news += item.classList.contains("ours") || item.classList.contains("day") ? 0 : 1; }
      else if (known.outerHTML !== item.outerHTML && !known.contains(document.activeElement)) known.replaceWith(item);
    }
    if (news > 0 && status) status.textContent = `Có ${news} tin mới của người gửi.`;
  });
  window.addEventListener("pagehide", () => source.close());
})();
