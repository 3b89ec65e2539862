"""Fields of knowing and making: school, science, code, writing, travel, public matters."""

from __future__ import annotations

from constitution.providers.simulator.drafts.field import Field, cue

# A table, read by rows:
# fmt: off
LEARNING: tuple[Field, ...] = (
    Field("code", cue("python", "javascript", "code", "function", "sql", "program", "script", "bug", "api", "html",
                      "regex", "regular expression",
                      "linux", "runtimeerror", "tuple", "leetcode", "git", "shell", "query"), (
        "Make the smallest example that still shows the behaviour, and run it alone.",
        "Read the last line of the error first, then the first line that is in your own file.",
        "Write down what goes in and what should come out, and turn that into a test.",
        "Change one thing at a time, so that you know which change did it.",
        "Look up the exact name in the documentation of the version you have.",
    )),
    Field("maths", cue("equation", "solve", "calculate", "math~", "prime", "numbers?", "sum", "percent", "algebra",
                       "convert~", "measurement",
                       "multipl~", "km/hr"), (
        "Write down what is given and what is asked, each with its unit.",
        "Put a letter in the place of the unknown and say the sentence again as an equation.",
        "Do one step a line, so that a slip is easy to find.",
        "Put the result back into the first line and see whether both sides agree.",
    )),
    Field("study", cue("exam", "study~", "learn~", "school", "homework", "essay", "class", "teacher", "university",
                       "universities", "ukulele",
                       "students?", "thesis", "syllabus", "course"), (
        "Half an hour a day carries further than a whole Sunday.",
        "Close the book and say it in your own words; what is missing then is what to read again.",
        "Mix old exercises with new ones, so that nothing is only fresh in memory.",
        "Explain it to somebody who has not heard of it, and note where you stumble.",
    )),
    Field("science", cue("science", "scien~", "physics", "planet", "mars", "moon", "sky", "photosynthesis", "atoms?",
                         "energy", "thunder", "gravity",
                         "biology", "chemistry", "evolution", "colors?", "colours?", "climate", "natural phenomenon",
                         "bees"), (
        "The short of it is that a simple cause acts many times over, and what we see is the sum.",
        "Picture it small first: one drop, one ray, one cell, and then a great many of them.",
        "What can be measured here is well known; why it is just so strong is harder to say.",
        "A good way to see it is to change one condition and ask what would follow.",
    )),
    Field("history", cue("history", "historical", "war", "empire", "century", "king", "queen", "revolution", "league",
                         "ancient", "retire",
                         "land human"), (
        "Several causes came together, and historians weigh them differently.",
        "Trade and money usually moved first, and the laws followed.",
        "The people of the time did not see it coming, which the letters of those years show.",
        "A map of the trade routes of the time explains a good part of it.",
    )),
    Field("politics", cue("politic~", "vote", "election", "party", "government", "tax(?:es)?", "immigration",
                          "abortion", "democrats?",
                          "republicans?", "president", "stereotypes?", "unconscious bias"), (
        "People who have thought about it for long still disagree, mostly about what matters more.",
        "One side fears what a change would break, and the other what goes on without it.",
        "It helps to ask which facts would change your mind, and to look those up first.",
    )),
    Field("travel", cue("trip", "travel~", "flight", "visa", "hotel", "train", "city", "days in", "sightseeing",
                        "queue", "paris", "seattle", "rooms?",
                        "holiday", "itinerary"), (
        "Plan one thing for the morning and leave the afternoon open.",
        "Stay near a stop of the tram or the underground; it saves more time than a central address.",
        "Opening hours change with the season, so check them the day before.",
        "The market hall is a good place for lunch in most towns.",
    )),
    Field("environment", cue("climate", "recycl~", "environment~", "plastic", "energy saving", "carbon"), (
        "Heating and travel are the large parts, so begin there.",
        "Repair first, borrow second and buy last.",
        "What a whole house or street does together counts more than what one person does alone.",
    )),
    Field("technology", cue("phone", "laptop", "computer", "wi-?fi", "password", "app", "website~", "e-?mail account",
                            "backup", "internet", "account"), (
        "Make a backup before you change anything.",
        "Switch it off, wait a minute and switch it on again, which clears more faults than it should.",
        "Change the password from a device that you trust, and turn on the second step of the login.",
        "Look for the setting under privacy or security; the names differ between makers.",
    )),
    Field("feedback", cue("feedback", "is it (?:any )?good", "good enough",
                          "my (?:poem|essay|novel|plan|idea|story|first line|business)",
                          "i wrote", "rate my", "what do you think of my"), (
        "The idea is clear, and it can be said in one sentence, which is a good sign.",
        "The weakest place is the middle, where nothing happens that the beginning has not promised.",
        "Take out one thing that you like and see whether anybody misses it.",
        "Read it aloud once; where you stumble, a reader will too.",
    )),
    Field("language", cue("grammar", "grammatical", "synonyms?", "translate", "sentence", "spelling", "word",
                          "paraphrase", "idiom", "passive",
                          "comma", "vocabulary", "english", "meaning", "definition", "rewrite", "pos tags?"), (
        "Look at the verb first, since the rest of the sentence hangs on it.",
        "The shorter of two wordings is usually the better one.",
        "Read it in its context, because the same word does different work in another place.",
        "Say it aloud once, and the ear finds what the eye has missed.",
    )),
)

GENERAL = (
    "Start with the part that is quick to try, and see what it changes.",
    "Write down what you know already and what is still open.",
    "Ask somebody who has done it before what they would do differently.",
    "Leave some room for things to take longer than planned.",
    "Look at it again after a day, because some of it will have settled by then.",
)
"""For a prompt of no known field."""
