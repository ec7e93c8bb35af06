// "Copy": a statement with its reference as plain text, or what a button holds.
export function copyQuotes(root) {
  for (const button of root.querySelectorAll("button.copy")) {
    const label = button.textContent;
    button.hidden = false;
    button.addEventListener("click", async () => {
      const said = root.getElementById("says");
      try {
        await navigator.clipboard.writeText(quoteOf(button));
        button.textContent = "Copied";
        said.textContent = "It was copied.";
      } catch {
        // Clipboards are closed to pages without HTTPS: the text can be selected where it stands.
        button.textContent = "Not allowed here";
        said.textContent = button.dataset.copy
          ? "The browser does not allow copying; the text can be selected."
          : "The browser does not allow copying; the statement's page has the quote.";
      }
      setTimeout(() => { button.textContent = label; }, 2000);
    });
  }
}

function quoteOf({ dataset, parentElement }) {
  if (dataset.copy) return dataset.copy;
  const text = parentElement.closest(".card").querySelector("blockquote").textContent.trim();
  return `“${text}”\n— ${dataset.reference}`;
}
