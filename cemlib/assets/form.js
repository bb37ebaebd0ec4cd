for (const root of document.querySelectorAll(".cem-form")) {
  if (root.cemReady) continue;
  root.cemReady = true;
  root.classList.add("cem-interactive");
  const status = root.querySelector("[role=status]");
  const rows = [...root.querySelectorAll("tbody tr")].map((row) => ({
    texts: [...row.cells].filter((cell) => !cell.querySelector("input")).map((cell) => cell.textContent),
    inputs: [...row.querySelectorAll("input")],
  }));
  const filled = () => rows.filter((row) => row.inputs.every((input) => input.value !== "" && input.validity.valid));
  const show = (more = "") => {
    for (const { inputs } of rows) {
      for (const input of inputs) {
        const bound = inputs[input.dataset.bound]?.value ?? "";
        const exceeds = bound !== "" && input.value !== "" && Number(input.value) > Number(bound);
        input.setCustomValidity(exceeds ? `More than ${input.dataset.boundName}` : "");
      }
    }
    const problems = rows.flatMap((row) => row.inputs).filter((input) => !input.validity.valid).slice(0, 3).map((input) =>
      ` ${input.validity.customError ? input.validationMessage : "Not a number on the scale"}: ${input.getAttribute("aria-label")}.`);
    status.textContent = `${filled().length} of ${rows.length} rows complete.${problems.join("")}${more}`;
  };
  const quoted = (text) => (/[",\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text);
  const formula = /^[\s\p{C}\p{M}\p{Z}\u115f\u1160\u2800\u3164\uffa0]*[=+\-@|%]/u;
  const safe = (text) => (formula.test(text.normalize("NFKC")) ? `'${text}` : text).replace(/\p{Cc}+/gu, " ");
  const save = () => {
    const lines = filled().map((row) => [...row.texts.map(safe), ...row.inputs.map((input) => input.value)].map(quoted).join(","));
    const text = [root.dataset.columns, ...lines].join("\n") + "\n";
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
    link.download = root.dataset.file;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    show(` Saved as ${root.dataset.file}.`);
  };
  for (const input of rows.flatMap((row) => row.inputs)) input.addEventListener("input", () => show());
  root.querySelector("button").addEventListener("click", save);
  show();
}
