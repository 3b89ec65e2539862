"""What a ledger is told and asked, in SQL."""

from __future__ import annotations

from constitution.core.digest import DIGEST_VERSION

BEGIN = "INSERT INTO attempts (number, digest, time) VALUES (?, ?, ?)"
KEEP = "INSERT OR IGNORE INTO replies VALUES (?, ?, ?, ?, ?, ?)"
SETTLE = "UPDATE attempts SET outcome = ? WHERE number = ?"
END = "UPDATE attempts SET outcome = ?, detail = ?, body = ? WHERE number = ?"
SET_ASIDE = "INSERT OR REPLACE INTO quarantine VALUES (?, ?, ?)"
GET = f"SELECT model, reply, time, attempts FROM replies WHERE digest = ? AND digest_version = {DIGEST_VERSION}"
ERASED = (
    "SELECT 'erased on ' || substr(time, 1, 10) || '; to ask it again: constitution tools ledger forget --undo '"
    " || digest FROM erased WHERE digest = ?1 AND lifted IS NULL"
)
REFUSED = f"{ERASED} UNION ALL SELECT reason FROM quarantine WHERE digest = ?1"
"""That it was erased comes first."""
UNHEARD = "SELECT COUNT(*) FROM attempts WHERE outcome IS NULL AND number > ?"
