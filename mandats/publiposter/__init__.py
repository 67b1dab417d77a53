"""Forms, letters and the annex for as many people as the ledger holds: printed by several processes, resumed."""
