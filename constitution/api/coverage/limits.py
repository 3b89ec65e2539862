"""Limits from which on something stands out; each is a proposal of ours, marked [P], to be calibrated."""

from __future__ import annotations

RARE = 0.10
"""[P] A principle *never fires* where at most this share of the drafts to which it applies may break it, by the upper
end of the interval, and *always fires* where at most this share may keep it: 35 drafts at least."""
NEUTRAL = 0.10
"""[P] Answers whose lengths differ by less, as the logarithm of their ratio, count as equally long."""
LONGER = (0.40, 0.60)
"""[P] Share of pairs with the longer answer chosen that is let pass; the neutral value is one half."""
MUCH_LONGER = (0.30, 0.70)
"""[P] Beyond this, length is perhaps all that a model would learn from the pairs."""
RATIO = (0.8, 1.25)
"""[P] Median of the words chosen to the words rejected that is let pass."""
REPEATED = 3
"""[P] Revisions in which one principle was mended and another newly broken before it is called a contradiction."""
FEW_TWINS = 10
"""[P] With fewer twins on either side an interval is wider than one half, and harm and help cannot be weighed."""

SAID = (
    f"limits [P]: never or always fires beyond {1 - RARE:.0%}, the longer answer chosen {LONGER[0]:.0%} to "
    f"{LONGER[1]:.0%} of the time and by a median ratio of {RATIO[0]} to {RATIO[1]}, a contradiction from {REPEATED} "
    "revisions on; intervals are Wilson's at 95%"
)
"""The limits as a report repeats them."""
