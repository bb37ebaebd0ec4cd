for (const root of document.querySelectorAll(".cem-explore")) {
  if (root.cemReady) continue;
  root.cemReady = true;
  root.classList.add("cem-interactive");
  const controls = [...root.querySelectorAll(".cem-control")].map((control) => ({
    input: control.querySelector("input, select"),
    output: control.querySelector("output"),
    texts: JSON.parse(control.dataset.texts),
  }));
  const order = root.dataset.order.split(" ");
  const frames = [...root.querySelectorAll(".cem-frame")];
  const show = () => {
    let setting = 0;
    for (const { input, output, texts } of controls) {
      setting = setting * texts.length + Number(input.value);
      output.textContent = texts[input.value];
      if (input.type === "range") input.setAttribute("aria-valuetext", texts[input.value]);
    }
    frames.forEach((frame, number) => { frame.hidden = number !== Number(order[setting]); });
  };
  root.addEventListener("input", show);
  show();
}
