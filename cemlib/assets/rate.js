for (const root of document.querySelectorAll(".cem-rate")) {
  if (root.cemMoves) continue;
  root.cemMoves = true;
  root.classList.add("cem-moving");
  const { digits, unit } = root.dataset;
  const view = root.querySelector("details");
  const status = root.querySelector("[role=status]");
  const rows = [...root.querySelectorAll(".cem-rate-row")].map((row) => ({
    name: row.querySelector(".cem-rate-name").textContent,
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
  const judged = (row) => {
    const by = round(gap(row));
    if (by === 0) return "the same";
    const you = Number(row.input.value);
    if (you >= row.low && you <= row.high) return "about the same";
    return `${print(by)} too ${by > 0 ? "high" : "low"}`;
  };
  const said = (row) => {
    const you = row.set ? `you ${row.input.value.replace("-", "−")}` : "not set yet";
    if (!view.open) return you;
    const customers = `customers ${row.value < 0 ? "−" : ""}${print(row.value)}`;
    return row.set ? `${you}, ${customers}: ${judged(row)}` : `${you}; ${customers}`;
  };
  const summed = () => {
    const set = rows.filter((row) => row.set);
    if (!view.open) return `${set.length} of ${rows.length} set.`;
    if (!set.length) return "Set a slider to compare.";
    const mean = set.reduce((sum, row) => sum + gap(row), 0) / set.length;
    const by = Math.abs(mean).toFixed(Number(digits) + 1);
    const words = [Number(by) === 0
      ? "On average you see your company as your customers do."
      : `On average you rate your company ${[by, unit].join(" ").trim()} ${mean > 0 ? "above" : "below"} your customers.`];
    const far = set.filter((row) => judged(row).includes("too")).sort((a, b) => gap(b) - gap(a));
    const top = far[0], bottom = far[far.length - 1];
    if (top && gap(top) > 0) words.push(`Most overrated: ${top.name}, ${judged(top)}.`);
    if (bottom && gap(bottom) < 0) words.push(`Most underrated: ${bottom.name}, ${judged(bottom)}.`);
    if (set.length < rows.length) words.push(`${rows.length - set.length} not set.`);
    return words.join(" ");
  };
  const show = () => {
    root.classList.toggle("cem-shown", view.open);
    for (const row of rows) {
      row.output.textContent = said(row);
      row.input.setAttribute("aria-valuetext", said(row));
      row.input.classList.toggle("cem-unset", !row.set);
    }
    status.textContent = summed();
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
