{
  const field = document.querySelector("input[type=search]");
  const rows = [...document.querySelectorAll("table.every tbody tr")];
  const count = document.querySelector(".hits");
  if (field) {
    field.closest("p").hidden = false;
    field.addEventListener("input", () => {
      const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const row of rows) {
        const text = row.textContent.toLowerCase();
        row.hidden = !words.every((word) => text.includes(word));
        shown += !row.hidden;
      }
      count.textContent = `${shown} of ${rows.length}`;
    });
  }
}
