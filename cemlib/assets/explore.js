for (const root of document.querySelectorAll(".cem-explore")) {
  if (root.cemMoves) continue;
  root.cemMoves = true;
  root.classList.add("cem-moving");
  const controls = [...root.querySelectorAll(".cem-control")].map((control) => ({
    input: control.querySelector("input, select"),
    output: control.querySelector("output"),
    words: JSON.parse(control.dataset.words),
  }));
  const order = root.dataset.order.split(" ");
  const frames = [...root.querySelectorAll(".cem-frame")];
  const show = () => {
    let place = 0;
    for (const { input, output, words } of controls) {
      place = place * words.length + Number(input.value);
      output.textContent = words[input.value];
      if (input.type === "range") input.setAttribute("aria-valuetext", words[input.value]);
    }
    frames.forEach((frame, number) => { frame.hidden = number !== Number(order[place]); });
  };
  root.addEventListener("input", show);
  show();
}
