for (const [place, root] of document.querySelectorAll(".cem-decide").entries()) {
  if (root.cemMoves) continue;
  root.cemMoves = true;
  root.classList.add("cem-moving");
  const start = Number(root.dataset.start);
  const say = JSON.parse(root.dataset.phrases);
  const felt = (text) => (say.patience ? text : "");
  const status = root.querySelector("[role=status]");
  const bar = root.querySelector(".cem-decide-bar i");
  const steps = [...root.querySelectorAll(".cem-decide-step")].map((step, at) => ({
    step,
    comes: step.querySelector(".cem-decide-comes"),
    choices: [...step.querySelectorAll("input")].map((input) => {
      input.name = `cem-decide-${place}-${at}`;
      return {
        input,
        answer: input.parentElement.querySelector("span").textContent,
        patience: Number(input.dataset.patience),
        cost: Number(input.dataset.cost),
        done: input.dataset.done === "yes",
        comes: input.dataset.comes,
      };
    }),
  }));
  const print = (x) => Math.round(x).toString().replace("-", "−");
  const signed = (x) => (x > 0 ? "+" : "") + print(x);
  const run = (picked) => {
    let patience = start, cost = 0;
    const course = [];
    for (const { choices } of steps) {
      const choice = choices.find(picked);
      if (!choice || patience <= 0) break;
      patience = Math.min(Math.max(patience + choice.patience, 0), 100);
      cost += choice.cost;
      course.push({ patience, cost, choice });
    }
    return course;
  };
  const told = (course) => {
    const { patience, cost } = course.at(-1) || { patience: start, cost: 0 };
    const words = `${felt(`Patience ${print(patience)} of 100, `)}${print(cost)} yuan ${say.money}. `;
    if (patience <= 0) return `${words}She has left, at step ${course.length}.`;
    if (course.length < steps.length) return `${words}${course.length} of ${steps.length} steps decided.`;
    const there = run((choice) => choice.done).at(-1);
    const other = course.flatMap(({ choice }, at) => (choice.done ? [] : [at + 1]));
    const done = `${words}${say.done}: ${felt(`patience ${print(there.patience)}, `)}${print(there.cost)} yuan. `;
    if (!other.length) return done + say.same;
    const last = other.pop();
    const list = other.length ? `${other.join(", ")} and ${last}` : `${last}`;
    return `${done}You decided otherwise at step${other.length ? "s" : ""} ${list}.`;
  };
  const judged = ({ choices }, { choice, patience }) => {
    const words = `${choice.comes}. ${felt(`Patience ${signed(choice.patience)}, to ${print(patience)}; `)}${print(choice.cost)} yuan. `;
    return words + (choice.done ? say.this : `${say.instead}: ${choices.find((each) => each.done).answer}.`);
  };
  const show = () => {
    const course = run((choice) => choice.input.checked);
    const open = course.length + (course.length && course.at(-1).patience <= 0 ? 0 : 1);
    steps.forEach((each, at) => {
      each.step.hidden = at >= open;
      each.comes.textContent = at < course.length ? judged(each, course[at]) : "";
    });
    status.textContent = told(course);
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
