"""Tables of the operator that workbook 04 generates."""

from cemlib.stats.customers import Part
from cemlib.studies.repair.operator import call_centre, contacts, loop, repair_truth, repairs

PARTS = (
    Part(
        "contacts",
        stream=30,
        draw=contacts.contacts,
        keys={"contacts": "customer", "contact-truth": "customer"},
        aligned_with={"contacts": "contact-truth"},
        fixed={"problems": contacts.problems},
        true_parameters=contacts.true_parameters,
    ),
    Part(
        "repairs",
        stream=40,
        draw=repairs.repairs_of_contacts,
        needs=("contacts", "contact-truth"),
        keys={"repairs": "customer"},
        true_parameters=repair_truth.true_parameters,
        population=repairs.population,
    ),
    Part(
        "loop",
        stream=41,
        draw=loop.resets,
        keys={"resets": "customer"},
        fixed={"recurrence": loop.recurrence},
        true_parameters=loop.true_parameters,
    ),
    Part(
        "calls",
        stream=42,
        fixed={"calls": call_centre.calls},
        true_parameters=call_centre.true_parameters,
    ),
)
