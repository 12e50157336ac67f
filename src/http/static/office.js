// Single keys for the office. Everything works without: a key does what its button or link does.
"use strict";
(() => {
  const fields = "input:not([type=checkbox], [type=radio]), select, textarea";
  const isTyping = (at) => at && (at.isContentEditable || at.matches(fields));
  const isShown = (one) => one.getClientRects().length > 0;
  const unfold = (box) => {
    box.open = true;
    const field = box.querySelector("input:not([type=hidden]), select, textarea, button");
    (field || box.querySelector("summary")).focus();
    box.scrollIntoView({ block: "nearest" });
  };
  const press = (one) => {
    if (one.matches("summary")) unfold(one.parentElement);
    else if (one.matches("input, select, textarea")) one.focus();
    else one.click();
  };
  addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    const box = link && document.getElementById(link.hash.slice(1));
    if (box && box.matches("details")) { event.preventDefault(); unfold(box); }
  });
  if (document.body.dataset.keys === "off") return;
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.repeat || event.isComposing) return;
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const at = document.activeElement;
    if (event.key === "Escape") {
      const box = at && at.closest("details[open]");
      if (isTyping(at)) at.blur();
      else if (box) { box.open = false; box.querySelector("summary").focus(); }
      return;
    }
    if (event.shiftKey || isTyping(at)) return;
    const key = event.key.toLowerCase();
    const one = [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key === key && isShown(one));
    if (!one) return;
    event.preventDefault();
    press(one);
  });
})();
