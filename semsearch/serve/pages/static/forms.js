// Forms: boxes and lists apply at once, and a page says that the next one is on its way.
const KEPT = "semsearch.focus";

export function applyAtOnce(root) {
  for (const form of root.querySelectorAll("form.filters, form.arrange")) {
    form.addEventListener("change", (event) => {
      if (!event.target.matches("input[type=checkbox], select")) return;
      // Filters that lie over the page are chosen one after the other, and applied with the button.
      if (form.closest(":popover-open")) return;
      // The next page is a new one: come back to the box that was ticked.
      sessionStorage.setItem(KEPT, JSON.stringify([event.target.name, event.target.value, scrollY]));
      form.requestSubmit();
    });
    for (const button of form.querySelectorAll(".needless")) button.hidden = true;
    form.addEventListener("submit", () => {
      // Empty fields say nothing: an address is shorter without them.
      for (const field of form.elements) if (field.name && !field.value) field.disabled = true;
    });
  }
  const kept = sessionStorage.getItem(KEPT);
  sessionStorage.removeItem(KEPT);
  if (!kept) return;
  const [name, value, top] = JSON.parse(kept);
  const field = [...root.querySelectorAll("form.filters input, form.arrange select, form.arrange input")]
    .find((one) => one.name === name && (one.tagName === "SELECT" || one.value === value));
  if (!field) return;
  field.closest("details")?.setAttribute("open", "");
  field.focus({ preventScroll: true });
  scrollTo(0, top);
}

export function tellWaiting(root) {
  const wait = () => {
    root.body.classList.add("busy");
    root.getElementById("says").textContent = "Searching…";
  };
  root.addEventListener("submit", wait);
  root.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    const elsewhere = !link || link.hasAttribute("download") || link.target || event.defaultPrevented
      || event.ctrlKey || event.metaKey || event.shiftKey || link.origin !== location.origin
      || link.pathname.startsWith("/api/") || (link.pathname === location.pathname && link.hash);
    if (!elsewhere) wait();
  });
  // A page that comes back from the browser's memory is not waiting any more.
  addEventListener("pageshow", () => {
    root.body.classList.remove("busy");
    for (const field of root.querySelectorAll("form.filters :disabled, form.arrange :disabled")) field.disabled = false;
  });
}
