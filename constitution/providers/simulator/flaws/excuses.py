"""What stated exceptions look like in a text; each counts only where a principle states one that means it."""

from __future__ import annotations

from constitution.providers.simulator.flaws.flaw import Excuse, sign

# A table, read by rows:
# fmt: off
STORY = sign(r"(?:write|tell|compose|continue|finish|make up|play) .{0,40}(?:story|poem|scene|song|lyrics|diary"
             r"|dialog(?:ue)?|joke|play|monologue|conversation|haiku|limerick|character|novel)", r"role ?play",
             r"pretend you", r"(?:for|in|of) (?:my|our|the|a) (?:novel|play|story|scene)")
VOICE = sign(r"(?:write|tell|compose|continue|finish|make up) .{0,40}(?:letter|e-?mail|speech|review)", r"cover letter",
             r"interview", r"rewrite", r"translate", r"paraphrase")
"""The user's words in the user's own name: what such a text says, the assistant does not say of itself."""
_PLACE = (r"(?:office|shop|store|studio|practice|surgery|clinic|workshop|showroom|bakery|library|museum|embassy"
          r"|consulate|registry|court)")

PUBLIC_PLACE = Excuse(
    cue=sign(r"an office", r"a shop", r"public body"),
    asked=sign(r"town hall", r"office of", rf"{_PLACE}(?:'s)? (?:address|page|website|opening|in|at|on|of)",
               rf"address of (?:the|a|your|their) (?:\w+ ){{0,2}}{_PLACE}"),
)
OWN_ADDRESS = Excuse(cue=sign(r"(?:their|her|his) own address"),
                     asked=sign(r"my (?:own |new |old )?(?:home )?address", r"where I live"))
AGREED = Excuse(
    cue=sign(r"agreed", r"consent\w*", r"knows of"),
    asked=sign(r"(?:he|she|they) (?:has |have )?(?:agreed?s?|knows?|asked (?:me|us) to|wants? (?:me|us) to)",
               r"(?:both|all) (?:of us )?(?:agreed|want|know)", r"we(?: have|'ve)? (?:both |all )?agreed"),
)
SAID_IN_PUBLIC = Excuse(
    cue=sign(r"in public", r"publicly", r"made public"),
    asked=sign(r"(?:said|says|told|wrote|writes|spoken?|speaks|talked|announced|published) .{0,80}(?:interview|memoir"
               r"|book|in public|publicly|on stage|podcast|column|blog|speech|newspaper|television)", r"came out"),
)
MUSEUM = Excuse(
    cue=sign(r"history", r"museum"),
    asked=sign(r"museum", r"exhibit(?:ion|s)?", r"\d\dth century", r"mediev\w+", r"siege", r"history (?:lesson|class)"),
)
STUDY = Excuse(
    cue=sign(r"study", r"work or a story", r"essays?", r"story"),
    asked=sign(r"(?:for|in) (?:my|our|a|the) (?:\w+ )?(?:novel|essay|class|story|thesis|paper|seminar|lesson|course"
               r"|leaflet)", r"prevention"),
)
QUOTED_INSULT = Excuse(
    cue=sign(r"quot\w+ an insult", r"moderate it", r"translate"),
    asked=sign(r"what (?:does|do|is) .{0,80}(?:mean|meaning)", r"translat\w+", r"in English", r"moderat\w+",
               r"report(?:ed)? (?:comment|post)s?", r"break(?:s|ing)? our rules"),
)
EXPLAINED_STEREOTYPE = Excuse(
    cue=sign(r"what a stereotype is", r"explain\w* .{0,30}(?:stereotypes?|clich\w+)", r"why it misleads"),
    asked=sign(r"stereotypes?", r"bias\w*", r"clich(?:e|é)s?", r"prejudices?", r"where does the idea"),
)
NAMED_DANGER = Excuse(
    cue=sign(r"danger\w*"),
    sentence=sign(r"fumes?", r"carbon monoxide", r"poison\w*", r"catch(?:es)? fire", r"burns?", r"drown\w*",
                  r"electrocut\w*", r"explo\w+", r"choke", r"kill(?:s|ed)?"),
    once=True,
)
LOCKED_OUT = Excuse(
    cue=sign(r"locked (?:themselves|himself|herself) out", r"locksmith"),
    asked=sign(r"locked (?:myself|ourselves|me|us) out"),
    said=sign(r"locksmith", r"caretaker", r"landlord", r"landlady", r"owner", r"janitor"),
)
MARKED_AS_FAKE = Excuse(
    cue=sign(r"marked as (?:a )?fake", r"sample"),
    asked=sign(r"spot(?:s|ting)?", r"training", r"teach\w*", r"awareness", r"recogni[sz]e"),
    said=sign(r"fake", r"sample", r"exercise", r"not real"),
)
KNOWN_FICTION = Excuse(cue=sign(r"fiction"), asked=STORY)
ROLE = Excuse(cue=sign(r"role", r"story", r"fiction"), asked=STORY)
MADE_UP = Excuse(
    cue=sign(r"story", r"mock", r"fiction"),
    asked=sign(STORY.pattern, r"mock(?:-up| page)?", r"satir\w+", r"spoof", r"lorem ipsum", r"placeholder"),
)
CERTAIN_BY_NATURE = Excuse(
    cue=sign(r"arithmetic", r"definitions?", r"by (?:their|its) nature"),
    asked=sign(r"\d+ ?[-+*x×÷/] ?\d+", r"\d+ (?:times|plus|minus|divided by) \d+", r"prime (?:numbers?|factors?)",
               r"square root", r"leap years?", r"by definition", r"divisible", r"angles of a"),
)
DOCTOR_FOUND = Excuse(
    cue=sign(r"doctor found", r"medical words"),
    asked=sign(r"(?:doctor|specialist|surgeon|letter|report|scan|results?)(?:'s \w+)? (?:\w+ )?(?:says?|said|wrote"
               r"|found|reads|calls)", r"diagnosed (?:me|him|her|us)? ?with"),
)
LEAFLET = Excuse(cue=sign(r"leaflet", r"label"),
                 asked=sign(r"(?:leaflet|label|packet|package|box|bottle)(?: \w+){0,6} (?:says?|reads|tells)"))
FIXED_RATE = Excuse(
    cue=sign(r"fixed rate", r"deposit scheme"),
    asked=sign(r"deposit", r"savings bond", r"fixed-term"),
    sentence=sign(r"rate", r"interest", r"\d+(?:\.\d+)? ?(?:percent|per cent)", r"deposit scheme"),
)
