"""The datasets: what there is, what each must hold, reading, checking, generating."""
