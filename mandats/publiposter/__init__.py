"""Forms, letters and the annex for as many people as the ledger holds: prepared once, printed by several processes, resumed."""
