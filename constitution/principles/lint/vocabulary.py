"""Words that lint rules look for: praise, traits, denials, acts, and names that give an answer away."""

from __future__ import annotations

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


PRAISE = _words(
    "good bad nice kind proper improper appropriate inappropriate reasonable unreasonable acceptable unacceptable "
    "harmful harmless harm helpful unhelpful ethical unethical moral immoral safe unsafe right wrong respectful "
    "responsible irresponsible positive negative fair unfair wise best better careful polite well"
)
"""Words that leave it to the model what is meant."""
SMALL = _words(
    "a an the and or but not no never always be is are do does don't to of in on for with as at all any every it its "
    "you your i we they them that this response responses answer answers assistant model should must please try way "
    "ways manner being very more most as possible user users people human humans"
)
VAGUE = _words(
    "appropriate appropriately inappropriate inappropriately proper properly improper reasonable reasonably "
    "unreasonable suitable suitably unsuitable adequate adequately acceptable unacceptable harmful harmfully helpful "
    "helpfully problematic objectionable offensive ethical unethical moral immoral toxic sensitive respectful "
    "respectfully responsible responsibly fair fairly wise wisely"
)
"""Words that a rule may lean on only where cases show what they mean."""
DENIALS = _words(
    "not no never none nothing nobody nowhere neither without cannot unless avoid avoids avoiding fail fails failing "
    "refrain refuse refuses neglect omit lack lacks impossible unlikely unable unwilling untrue unhelpful unasked "
    "unaware uninformed unimportant unnecessary unharmful non-harmful inaccurate incorrect dishonest"
)
ACTS = _words(
    "give say tell offer name avoid refuse explain ask use keep cite warn state suggest write provide ensure make "
    "mention describe include add never must should don't check correct admit point send leave speak respect show "
    "choose help give put remind recommend decline stop begin end"
) | {"do not"}
"""How a second duty begins."""
NOUNS_BEFORE_AND = _words("question questions help support care aid one time name names more back try")
"""After these, the word behind "and" goes with them: "question and answer", "help and support"."""
_TRAITS = (
    "kind|nice|good|polite|patient|honest|helpful|harmless|friendly|warm|wise|humble|empathetic|empathic|caring|"
    "compassionate|respectful|thoughtful|considerate|ethical|moral|fair|fair-minded|trustworthy|truthful|reliable|"
    "responsible|curious|open-minded|loving|gentle|brave|sincere|modest|tolerant|sensitive|calm|generous|"
    "virtuous|understanding|supportive|professional|safe|unbiased|neutral|objective|peaceful|cautious|careful|sober"
)
_DEGREE = r"(?:(?:always|very|more|most|as|both|truly|genuinely|never|not|so|a|an)\s+){0,3}"
TRAIT = re.compile(
    rf"(?:^|[.;:]\s+)(?:always\s+|please\s+)?(?:be|remain|stay)\s+{_DEGREE}(?:{_TRAITS})\b"
    rf"|\b(?:assistant|ai|model|response|responses|answer|answers|it|you|we)\s+(?:should|must|shall|has to)\s+"
    rf"(?:always\s+)?(?:be|remain)\s+{_DEGREE}(?:{_TRAITS})\b"
    rf"|\bthat\s+(?:is|are)\s+{_DEGREE}(?:{_TRAITS})\b"
    rf"|\bis\s+(?:more|most|as|the most)\s+(?:{_TRAITS})\b",
    re.IGNORECASE,
)
NEGATIVE_START = re.compile(
    r"\s*(?:(?:the |an |a |your )?(?:assistant|ai|model|response|responses|answer|answers|you)\s+)?"
    r"(?:(?:should|must|shall|may|can|will|do|does|is to|are to)\s+)?"
    r"(?:not|never|don't|doesn't|shouldn't|mustn't|cannot|can't|won't|avoid|refrain|refuse|no)\b",
    re.IGNORECASE,
)
TURN = re.compile(
    r";|:|\.\s+\S|\b(?:instead|rather|but|in place of|only|except|unless|until|"
    r"and (?:say|offer|give|ask|tell|suggest|point|name|explain|use|keep|help|write|state|where|when|if))\b",
    re.IGNORECASE,
)
"""Where a rule that began with a ban may go on with what to do."""
LEAK = re.compile(
    r"\b(?:(?:the )?(?:revised|rewritten|corrected|improved|original|edited|chosen|rejected|preferred) "
    r"(?:response|answer|version|draft|one)|the (?:revision|draft|original)|"
    r"(?:response|answer|option|choice|candidate) (?:a|b|1|2|one|two)\b|"
    r"the (?:first|second|former|latter|last|longer|shorter|left|right)\b(?: (?:response|answer|option|one))?|"
    r"\(?(?:correct|right|expected) answer(?: is|:))",
    re.IGNORECASE,
)
