// Keys: Ctrl+K or Cmd+K goes to the question; on a card j and k walk, c copies, s finds similar.
export function walkCards(root) {
  root.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
      const box = root.getElementById("q");
      if (box) {
        event.preventDefault();
        box.focus();
        box.select();
      }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const card = event.target.closest?.(".card");
    // Letters act only on a card: elsewhere they may be meant for something else.
    if (!card || event.target.matches("input, select, textarea")) return;
    if (event.key === "j" || event.key === "k") {
      const cards = [...root.querySelectorAll(".card")];
      const next = cards[cards.indexOf(card) + (event.key === "j" ? 1 : -1)];
      if (next) {
        event.preventDefault();
        next.focus();
        next.scrollIntoView({ block: "nearest" });
      }
    } else if (event.key === "c") {
      card.querySelector("button.copy")?.click();
    } else if (event.key === "s") {
      card.querySelector(".tools a[href^='/similar']")?.click();
    }
  });
  // Cards are reached by Tab too, one stop each.
  for (const card of root.querySelectorAll(".card[id]")) card.tabIndex = 0;
}
