// "Copy quote": the statement with its reference as plain text.
export function copyQuotes(root) {
  for (const button of root.querySelectorAll("button.copy")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const said = root.getElementById("says");
      try {
        await navigator.clipboard.writeText(quoteOf(button));
        button.textContent = "Copied";
        said.textContent = "The quote was copied.";
      } catch {
        // Clipboards are closed to pages without HTTPS: the text is selected on its own page.
        button.textContent = "Not allowed here";
        said.textContent = "The browser does not allow copying; the statement's page has the quote.";
      }
      setTimeout(() => { button.textContent = "Copy quote"; }, 2000);
    });
  }
}

function quoteOf({ dataset, parentElement }) {
  if (dataset.copy) return dataset.copy;
  const text = parentElement.closest(".card").querySelector("blockquote").textContent.trim();
  return `“${text}”\n— ${dataset.reference}`;
}
