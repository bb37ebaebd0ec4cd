{
  const missing = "–";
  for (const table of document.querySelectorAll("table.sortable")) {
    const body = table.tBodies[0];
    table.querySelectorAll("thead th").forEach((head, column) => {
      const key = ({ cells }) => cells[column].dataset.v ?? cells[column].textContent.trim();
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const sign = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
        table.querySelectorAll("[aria-sort]").forEach((each) => each.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", sign > 0 ? "ascending" : "descending");
        const compare = (a, b) =>
          (a === missing) - (b === missing)
          || sign * (isNaN(a) || isNaN(b) ? a.localeCompare(b, "en", { numeric: true }) : a - b);
        body.append(...[...body.rows].sort((one, other) => compare(key(one), key(other))));
      });
    });

    const copy = document.createElement("button");
    copy.type = "button";
    copy.className = "copy";
    copy.textContent = "Copy table";
    table.closest(".scroll").before(copy);
    copy.addEventListener("click", () => {
      navigator.clipboard.writeText(asText(table)).then(
        () => { copy.textContent = "Copied: paste it into a spreadsheet"; },
        () => {
          getSelection().selectAllChildren(table);
          copy.textContent = "Selected: copy it with Ctrl+C";
        },
      );
    });
  }

  // Tabs between cells; full numbers, with interval or unit in a column of its own; no formulas.
  function asText(table) {
    const plain = (text) => text.trim().replace(/\s+/g, " ").replace(/^(?=[=+@]|-\D)/, "'");
    const beside = (cell) => (cell.dataset.v ? cell.querySelector(".unit") : null);
    const names = [...table.tHead.rows[0].cells].map((head, column) => {
      const some = [...table.tBodies[0].rows].some(({ cells }) => beside(cells[column]));
      return some ? head.dataset.beside ?? "95% interval" : null;
    });
    const lines = [...table.rows].map((row) => [...row.cells].flatMap((cell, column) => {
      const value = cell.dataset.v ?? plain(cell.textContent);
      if (names[column] === null) return [value];
      const further = cell.closest("thead") ? names[column] : beside(cell)?.textContent ?? "";
      return [value, plain(further)];
    }));
    return lines.map((cells) => cells.join("\t")).join("\n");
  }
}
