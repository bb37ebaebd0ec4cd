{
  const narrow = matchMedia("(max-width: 600px)").matches; // a phone: letters as large as on a screen
  Reveal.initialize({
    width: narrow ? 620 : 1280,
    height: narrow ? 1050 : 720,
    margin: 0.04,
    center: false,
    hash: true,
    slideNumber: "c/t",
    transition: "none",
    // Arrow keys in a list of choices choose; in a slider, reveal.js knows that they move it.
    keyboardCondition: () => document.activeElement?.tagName !== "SELECT",
    keyboard: {
      78: () => Reveal.configure({ showNotes: !Reveal.getConfig().showNotes }),
    },
  });
  for (const image of document.querySelectorAll(".figure .body > img")) {
    // A tall picture is scrolled, not shrunk until nobody can read it.
    image.decode().then(() => {
      image.classList.toggle("tall", image.naturalHeight > 0.8 * image.naturalWidth);
    });
  }
}
