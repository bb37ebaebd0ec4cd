for (const [index, root] of document.querySelectorAll(".cem-scenario").entries()) {
  if (root.cemReady) continue;
  root.cemReady = true;
  root.classList.add("cem-interactive");
  const start = Number(root.dataset.start);
  const phrases = JSON.parse(root.dataset.phrases);
  const patienceText = (text) => (phrases.patience ? text : "");
  const status = root.querySelector("[role=status]");
  const bar = root.querySelector(".cem-scenario-bar i");
  const steps = [...root.querySelectorAll(".cem-scenario-step")].map((step, at) => ({
    step,
    feedback: step.querySelector(".cem-scenario-feedback"),
    choices: [...step.querySelectorAll("input")].map((input) => {
      input.name = `cem-scenario-${index}-${at}`;
      return {
        input,
        answer: input.parentElement.querySelector("span").textContent,
        patience: Number(input.dataset.patience),
        cost: Number(input.dataset.cost),
        isActual: input.dataset.actual === "yes",
        result: input.dataset.result,
      };
    }),
  }));
  const format = new Intl.NumberFormat("en", { maximumFractionDigits: 0, roundingMode: "halfEven" });
  const print = (x) => format.format(x).replace(/^-0$/, "0").replace("-", "−");
  const grouped = new Intl.NumberFormat(root.dataset.language, { maximumFractionDigits: 0, roundingMode: "halfEven" });
  const money = (x) => (Math.round(x) < 0 ? "−" : "") + root.dataset.money.replace("{}", grouped.format(Math.abs(x)));
  const signed = (x) => (x > 0 ? "+" : "") + print(x);
  const run = (isChosen) => {
    let patience = start, cost = 0;
    const course = [];
    for (const { choices } of steps) {
      const choice = choices.find(isChosen);
      if (!choice || patience <= 0) break;
      patience = Math.min(Math.max(patience + choice.patience, 0), 100);
      cost += choice.cost;
      course.push({ patience, cost, choice });
    }
    return course;
  };
  const statusText = (course) => {
    const { patience, cost } = course.at(-1) || { patience: start, cost: 0 };
    const words = `${patienceText(`Patience ${print(patience)} of 100, `)}${money(cost)} ${phrases.money}. `;
    if (patience <= 0) return `${words}The customer left at step ${course.length}.`;
    if (course.length < steps.length) return `${words}${course.length} of ${steps.length} steps decided.`;
    const actual = run((choice) => choice.isActual).at(-1);
    const different = course.flatMap(({ choice }, at) => (choice.isActual ? [] : [at + 1]));
    const comparison = `${words}${phrases.actual}: ${patienceText(`patience ${print(actual.patience)}, `)}${money(actual.cost)}. `;
    if (!different.length) return comparison + phrases.same;
    const last = different.pop();
    const list = different.length ? `${different.join(", ")} and ${last}` : `${last}`;
    return `${comparison}You chose differently at step${different.length ? "s" : ""} ${list}.`;
  };
  const feedback = ({ choices }, { choice, patience }) => {
    const words = `${choice.result}. ${patienceText(`Patience ${signed(choice.patience)}, now ${print(patience)}; `)}${money(choice.cost)}. `;
    return words + (choice.isActual ? phrases.this : `${phrases.instead}: ${choices.find((each) => each.isActual).answer}.`);
  };
  const show = () => {
    const course = run((choice) => choice.input.checked);
    const open = course.length + (course.length && course.at(-1).patience <= 0 ? 0 : 1);
    steps.forEach((each, at) => {
      each.step.hidden = at >= open;
      each.feedback.textContent = at < course.length ? feedback(each, course[at]) : "";
    });
    status.textContent = statusText(course);
    if (bar) bar.style.width = `${course.length ? course.at(-1).patience : start}%`;
  };
  root.addEventListener("change", show);
  root.querySelector("button").addEventListener("click", () => {
    for (const { choices } of steps) for (const { input } of choices) input.checked = false;
    show();
    steps[0].choices[0].input.focus();
  });
  show();
}
