{
  const frames = document.querySelector("script.frames");
  if (frames) {
    const bytes = Uint8Array.from(atob(frames.textContent), (character) => character.charCodeAt(0));
    const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    new Response(unpacked).json().then((drawings) => {
      for (const image of document.querySelectorAll("img[data-frame]")) {
        image.src = "data:image/svg+xml," + encodeURIComponent(drawings[image.dataset.frame]);
      }
    });
  }
}
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
