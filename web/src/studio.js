// The Studio's whole script: htmx without eval, dialogs that open where the browser lacks `commandfor`,
// and a form that sends itself when a filter changes.
import htmx from "htmx.org";

htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;
htmx.config.selfRequestsOnly = true;
htmx.config.allowScriptTags = false;
htmx.config.attributesToSettle = ["class", "width", "height"]; // not style: the policy forbids inline ones
htmx.config.historyCacheSize = 0;
htmx.config.responseHandling = [
  { code: "204", swap: false },
  { code: "[23]..", swap: true },
  { code: "422", swap: true },
  { code: "[45]..", swap: false, error: true },
];

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) document.getElementById(opener.dataset.opens)?.showModal();
  const closer = event.target.closest("[data-closes]");
  if (closer) closer.closest("dialog")?.close();
});

document.addEventListener("change", (event) => {
  event.target.closest("form[data-sends-itself]")?.requestSubmit();
});

// One letter does what a button or a link does (data-key), outside fields only, and can be switched off.
const KEYS_OFF = "gale-keys-off";
const showKeys = () => {
  const off = localStorage.getItem(KEYS_OFF) === "1";
  document.documentElement.classList.toggle("keys-off", off);
  document.querySelectorAll("[data-keys-switch]").forEach((b) => b.setAttribute("aria-pressed", String(!off)));
};

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-keys-switch]")) return;
  localStorage.setItem(KEYS_OFF, localStorage.getItem(KEYS_OFF) === "1" ? "0" : "1");
  showKeys();
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.repeat) return;
  const field = event.target.closest("input, textarea, select, [contenteditable], dialog");
  const key = event.key.toLowerCase();
  if (field ? key !== "escape" : localStorage.getItem(KEYS_OFF) === "1") return;
  const wanted = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!wanted) return;
  event.preventDefault();
  wanted.click();
});
showKeys();

// A region that refreshes itself waits while somebody reads a fold, types, or has a dialog open in it.
document.addEventListener("htmx:beforeRequest", (event) => {
  const busy = "[data-polls] details[open], [data-polls] :focus-visible, dialog[open]";
  if (event.detail.elt.hasAttribute("data-polls") && document.querySelector(busy)) event.preventDefault();
});
