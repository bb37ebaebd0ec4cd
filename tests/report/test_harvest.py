from __future__ import annotations

import nbformat
import pytest

from cemlib.findings import FINDINGS_MIME, Finding, to_payload
from cemlib.report.run import harvest


def notebook(*payloads):
    outputs = [
        nbformat.v4.new_output("display_data", {FINDINGS_MIME: payload, "text/plain": "f"})
        for payload in payloads
    ]
    return nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_markdown_cell("text"),
            nbformat.v4.new_code_cell("show()", id="show", outputs=outputs),
        ]
    )


def test_findings_come_in_order_and_the_last_value_counts():
    first = [Finding("b", 1.0, "", "One."), Finding("a", "x", "", "Two.")]
    later = [Finding("b", 3.0, "", "Three.", 2.0, 4.0)]
    findings = harvest.findings(notebook(to_payload(first), to_payload(later)))
    assert findings == (later[0], first[1])


@pytest.mark.parametrize("payload", [{}, {"findings": 3}, {"findings": [{"name": "a"}]}])
def test_findings_that_cannot_be_read_name_their_cell(payload):
    with pytest.raises(ValueError, match="the findings shown by cell show are malformed"):
        harvest.findings(notebook(payload))
