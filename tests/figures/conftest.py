"""What tests of figures share."""

import pytest


def shown_texts(axes):
    yield from (*axes.texts, axes.title, axes.xaxis.label, axes.yaxis.label)
    for axis, limits in ((axes.xaxis, axes.get_xlim()), (axes.yaxis, axes.get_ylim())):
        for tick in axis.get_major_ticks():
            if min(limits) <= tick.get_loc() <= max(limits):
                yield tick.label1


@pytest.fixture(scope="session")
def clipped():
    """Return the texts of a figure that do not lie wholly inside it."""

    def found(figure):
        figure.draw_without_rendering()
        whole = figure.get_window_extent().padded(1)
        shown = [text for axes in figure.axes for text in shown_texts(axes) if text.get_text()]
        shown += [text for legend in figure.legends for text in legend.get_texts()]
        boxes = [(text, text.get_window_extent()) for text in shown]
        return [
            text
            for text, box in boxes
            if box.x0 < whole.x0 or box.x1 > whole.x1 or box.y0 < whole.y0 or box.y1 > whole.y1
        ]

    return found
