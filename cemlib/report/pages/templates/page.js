{
  const contents = document.querySelector(".contents details");
  if (contents && matchMedia("(max-width: 74rem)").matches) contents.open = false;

  const button = document.querySelector(".unfold");
  const folds = [...document.querySelectorAll("details.code")];
  if (button && folds.length) {
    let open = false;
    button.hidden = false;
    button.addEventListener("click", () => {
      open = !open;
      folds.forEach((fold) => { fold.open = open; });
      button.textContent = open ? "Hide all code" : "Show all code";
    });
  }
}
