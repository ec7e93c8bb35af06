// Brushing the histogram: drag over years, or click one; the two number fields do the same by key.
const NS = "http://www.w3.org/2000/svg";

export function brush(svg) {
  const form = svg.closest("form");
  const first = Number(svg.dataset.first), last = Number(svg.dataset.last);
  const { width } = svg.viewBox.baseVal;
  const box = document.createElementNS(NS, "rect");
  box.setAttribute("class", "brush");
  box.setAttribute("y", "0");
  box.setAttribute("height", "58");
  let start = null;
  svg.classList.add("brushed");

  const yearAt = (event) => {
    const { left, width: wide } = svg.getBoundingClientRect();
    const share = Math.min(Math.max((event.clientX - left) / wide, 0), 1 - 1e-9);
    return first + Math.floor(share * (last - first + 1));
  };
  const draw = (from, to) => {
    const slot = width / (last - first + 1);
    box.setAttribute("x", String((from - first) * slot));
    box.setAttribute("width", String((to - from + 1) * slot));
    svg.append(box);
    form.elements.year_from.value = from;
    form.elements.year_to.value = to;
  };
  svg.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    svg.setPointerCapture(event.pointerId);
    start = yearAt(event);
    draw(start, start);
  });
  svg.addEventListener("pointermove", (event) => {
    if (start === null) return;
    const now = yearAt(event);
    draw(Math.min(start, now), Math.max(start, now));
  });
  svg.addEventListener("pointerup", () => {
    if (start === null) return;
    start = null;
    form.requestSubmit();
  });
  svg.addEventListener("pointercancel", () => {
    start = null;
    box.remove();
  });
}
