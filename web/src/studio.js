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

// A region that refreshes itself waits while somebody reads a fold, types, or has a dialog open in it.
document.addEventListener("htmx:beforeRequest", (event) => {
  const busy = "[data-polls] details[open], [data-polls] :focus-visible, dialog[open]";
  if (event.detail.elt.hasAttribute("data-polls") && document.querySelector(busy)) event.preventDefault();
});
