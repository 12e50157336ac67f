// Single keys for the office. Everything works without: a key does what its button or link does.
"use strict";
(() => {
  if (document.body.dataset.keys === "off") return;
  const isTyping = (at) => at && (at.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(at.tagName));
  const isShown = (one) => one.getClientRects().length > 0;
  const press = (one) => {
    const box = one.matches("summary") && one.parentElement;
    if (!box) return one.matches("input, select, textarea") ? one.focus() : one.click();
    box.open = true;
    const field = box.querySelector("input:not([type=hidden]), select, textarea, button");
    (field || one).focus();
    box.scrollIntoView({ block: "nearest" });
  };
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
