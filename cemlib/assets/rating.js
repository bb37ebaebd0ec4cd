for (const root of document.querySelectorAll(".cem-rating")) {
  if (root.cemReady) continue;
  root.cemReady = true;
  root.classList.add("cem-interactive");
  const { digits, unit } = root.dataset;
  const view = root.querySelector("details");
  const message = root.querySelector("[role=status]");
  const rows = [...root.querySelectorAll(".cem-rating-row")].map((row) => ({
    name: row.querySelector(".cem-rating-name").textContent,
    input: row.querySelector("input"),
    output: row.querySelector("output"),
    value: Number(row.dataset.value),
    low: Number(row.dataset.low),
    high: Number(row.dataset.high),
    set: false,
  }));
  const round = (x) => Number(x.toFixed(digits));
  const print = (x) => Math.abs(x).toFixed(digits);
  const gap = (row) => Number(row.input.value) - row.value;
  const verdict = (row) => {
    const difference = round(gap(row));
    if (difference === 0) return "the same";
    const you = Number(row.input.value);
    if (you >= row.low && you <= row.high) return "about the same";
    return `${print(difference)} too ${difference > 0 ? "high" : "low"}`;
  };
  const status = (row) => {
    const you = row.set ? `you ${row.input.value.replace("-", "−")}` : "not set yet";
    if (!view.open) return you;
    const customers = `customers ${row.value < 0 ? "−" : ""}${print(row.value)}`;
    return row.set ? `${you}, ${customers}: ${verdict(row)}` : `${you}; ${customers}`;
  };
  const summary = () => {
    const set = rows.filter((row) => row.set);
    if (!view.open) return `${set.length} of ${rows.length} set.`;
    if (!set.length) return "Set a slider to compare.";
    const mean = set.reduce((sum, row) => sum + gap(row), 0) / set.length;
    const size = Math.abs(mean).toFixed(Number(digits) + 1);
    const words = [Number(size) === 0
      ? "On average you see your company as your customers do."
      : `On average you rate your company ${[size, unit].join(" ").trim()} ${mean > 0 ? "above" : "below"} your customers.`];
    const different = set.filter((row) => verdict(row).includes("too")).sort((a, b) => gap(b) - gap(a));
    const top = different[0], bottom = different[different.length - 1];
    if (top && gap(top) > 0) words.push(`Most overrated: ${top.name}, ${verdict(top)}.`);
    if (bottom && gap(bottom) < 0) words.push(`Most underrated: ${bottom.name}, ${verdict(bottom)}.`);
    if (set.length < rows.length) words.push(`${rows.length - set.length} not set.`);
    return words.join(" ");
  };
  const show = () => {
    root.classList.toggle("cem-shown", view.open);
    for (const row of rows) {
      row.output.textContent = status(row);
      row.input.setAttribute("aria-valuetext", status(row));
      row.input.classList.toggle("cem-unset", !row.set);
    }
    message.textContent = summary();
  };
  for (const row of rows) {
    const set = () => { row.set = true; show(); };
    row.input.addEventListener("input", set);
    row.input.addEventListener("click", set);
    row.input.addEventListener("keydown", (event) => { if (event.key === "Enter" || event.key === " ") set(); });
  }
  view.addEventListener("toggle", show);
  show();
}
