"""Columns of a log of complaints: what they mean, and what is lost where they are absent."""

from __future__ import annotations

STEP_COLUMNS = {
    "acknowledged": "acknowledgement",
    "assessed": "initial assessment",
    "investigated": "investigation",
    "answered": "response",
    "communicated": "communicating the decision",
    "closed": "closing",
}
JUSTICE = ("distributive", "procedural", "interactional")
ITEMS = tuple(f"{kind}_{item}" for kind in JUSTICE for item in (1, 2))
ITEM_TITLES = {
    "distributive": "What I got was fair",
    "procedural": "How it was handled was fair",
    "interactional": "How I was treated was fair",
}
JUDGED = {
    "handling": "Satisfaction with the handling",
    "word_of_mouth": "Willingness to speak well of the company",
    "return_before": "Intention to stay, before the failure",
    "return_intent": "Intention to stay, after the answer",
    "satisfaction_before": "Satisfaction before the failure",
    "satisfaction_after": "Satisfaction after the answer",
}
YES_NO = {
    "apology": "Whether there was an apology",
    "explanation": "Whether the cause was explained",
    "temporary_fix": "Whether there was a temporary fix until the repair",
    "stayed": "Whether the customer was still there after 90 days",
    "spoke_well": "Whether the customer recommended the company afterwards",
    "regulator": "Whether the complaint went on to the regulator",
}
MONEY = {
    "loss": ("Customer's loss", "currency"),
    "fee": ("Monthly fee", "currency per month"),
    "compensation": ("Compensation paid", "currency"),
}
IF_ABSENT = {
    "repair_hours": "the best promise is that for the answer, not for the repair",
    "promised_hours": "promises are known only if promise_hours says what is promised to all",
    "handling": "no answer is valued, and there is no table of customers who stay",
    "apology": "no answer is valued",
    "explanation": "no answer is valued",
    "temporary_fix": "no answer is valued",
    "compensation": "no answer is valued, and payments are unknown",
    "loss": "no answer is valued, and no policies are compared",
    "fee": "nothing is expressed in lifetime value, and no policies are compared",
    "stayed": "no retention, no bargain and no policies",
    "spoke_well": "word of mouth has no value in the gains",
    "regulator": "complaints to the regulator have no cost in the gains",
    "word_of_mouth": "the effect of justice on word of mouth is not estimated",
    "return_intent": "the effect of justice on return intent is not estimated",
    "satisfaction_before": "satisfaction before and after is not compared",
    "customer": "each complaint counts as that of another customer",
}
