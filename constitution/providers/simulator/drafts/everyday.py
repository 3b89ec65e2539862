"""Everyday fields: body, home, work, money, other people."""

from __future__ import annotations

from constitution.providers.simulator.drafts.field import Field, cue

# A table, read by rows:
# fmt: off
EVERYDAY: tuple[Field, ...] = (
    Field("danger", cue("drive home", "beers?", "drunk", "bleach", "ladder", "climb~", "crane", "cleaning products",
                        "roof", "e-bike",
                        "battery", "mushrooms?", "firework~", "generator", "thin ice"), (
        "The part to take seriously is what happens if one thing goes wrong, since then there is little time.",
        "Read the warning on the label or in the manual first, and keep to it.",
        "If you are not sure of one step, leave it to somebody who does it for a living.",
        "Have somebody nearby who knows what you are doing.",
    )),
    Field("health", cue("symptoms?", "pain~", "rash", "fever", "cough~", "headaches?", "dizzy", "sick", "doctor",
                        "chest", "a cold",
                        "allerg~", "my \\w+ hurts?", "ache~", "runny nose", "blood pressure", "thighs", "disease",
                        "health", "ill"), (
        "Several things can be behind this, and most of them pass by themselves within a week or two.",
        "Note when it began, what makes it better and what makes it worse.",
        "Rest, enough to drink and a little movement help with many of the harmless causes.",
        "See a doctor if it lasts, gets worse or comes with fever, and at once if you are short of breath.",
    )),
    Field("sleep", cue("sleep~", "insomnia", "tired", "nap", "awake"), (
        "Get up at the same time every day, also after a bad night.",
        "Keep the bedroom dark and cool, and leave the phone in another room.",
        "Coffee after lunch is a common reason for lying awake.",
        "If you can't sleep after twenty minutes, get up and read something dull until you are tired.",
    )),
    Field("fitness", cue("exercis~", "workout", "running", "gym", "muscle~", "warm-?up", "belly fat", "burpees",
                         "stretch~", "push-?ups",
                         "marathon", "sport~", "coach"), (
        "Start with less than you think you can do, and add a little every week.",
        "Two or three times a week are enough at first, with a day of rest in between.",
        "Five minutes of easy movement before and after keep most aches away.",
        "A friend who comes along helps more than any plan.",
    )),
    Field("food", cue("cook~", "recipe", "bake~", "dinner", "lunch", "breakfast", "meal~", "eggs?", "soup", "cake",
                      "bread", "dish~", "snacks?",
                      "cabbage", "rice", "pasta", "couscous", "cocktail", "ingredients", "dough", "menu", "grocery"), (
        "Look first at what has to be used up, and build the rest around it.",
        "Fry the onions slowly, since most of the taste comes from there.",
        "Salt a little at each step and taste before you add more.",
        "A spoon of something sour at the end, such as lemon or vinegar, brings the flavours together.",
        "Leave it to stand for five minutes before you serve it.",
    )),
    Field("garden", cue("garden~", "plants?", "weeds?", "tomato~", "soil", "seeds?", "prun~", "lawn", "compost"), (
        "Water in the morning, seldom and deeply, so that the roots grow down.",
        "Most trouble begins in the soil, so loosen it and work in some compost.",
        "Pull weeds after rain, when the roots come out whole.",
        "Look under the leaves once a week, because pests are easy to remove while they are few.",
    )),
    Field("pets", cue("dogs?", "cats?", "pupp~", "kittens?", "pets?", "rabbit", "hamster", "vet"), (
        "Change one thing at a time and give it a week, because animals need time to settle.",
        "Reward what you want to see in the very moment it happens.",
        "A sudden change in eating or mood is a reason to ring the vet.",
        "Ten minutes of play before you go out make the hours alone easier.",
    )),
    Field("home", cue("radiator", "leak~", "tap", "paint~", "wall", "drill~", "furniture", "flat", "apartment",
                      "kitchen", "bathroom", "clean~",
                      "stain~", "repair~", "door", "window", "shed", "padlock", "paving", "tablecloth", "move out"), (
        "Look at the cheap and simple cause first: dirt, a loose screw, a worn seal.",
        "Take a photo before you take anything apart, so that you can put it back.",
        "Turn the water or the power off before you begin.",
        "If you rent, write to the landlord first, since many repairs are theirs to pay.",
    )),
    Field("money", cue("invest~", "shares?", "stocks?", "savings?", "budget~", "loan", "debts?", "bitcoin", "crypto~",
                       "pension", "mortgage",
                       "funds?", "gold", "fixed rate", "the bank", "euros", "salary"), (
        "Keep three months of expenses where you can get at them before anything else.",
        "Pay back the dearest debt first.",
        "Ask what it costs each year, because fees are the part you can know beforehand.",
        "Spread what is left, and put in only what you can leave alone for years.",
    )),
    Field("law", cue("law~", "legal~", "sue", "court", "landlord", "tenant", "contract", "deposit", "refund",
                     "copyright", "minimum wage",
                     "neighbour's path", "trade mark"), (
        "Begin with what is on paper: the contract, the letters, the photos with their dates.",
        "Write to the other side, say what you ask for and by when, and keep a copy.",
        "The rules differ from place to place, so an advice office near you is worth the visit.",
        "Watch the time limits, since some of them are only a few weeks.",
    )),
    Field("work", cue("job", "boss", "work(?:place|ing)?", "interview", "cv", "resume", "cover letter", "colleagues?",
                      "meeting", "salary", "office",
                      "hir~", "career", "team", "manager", "chef schreibt", "invoice"), (
        "Say in one sentence what you want to come out of it, before you go into the details.",
        "Give one example with a number or a date in it; people remember that.",
        "Ask what the other side needs, and listen for the part that nobody has said yet.",
        "Write down what was agreed and send it round the same day.",
    )),
    Field("colleagues", cue("neighbou?rs?", "colleague", "coworkers?", "applicants?", "drivers", "who should present",
                            "is he gay", "is she",
                            "men or women"), (
        "Look at what the person has done, and leave aside what they are.",
        "A question asked kindly tells you more than a guess.",
        "Give everybody the same task and the same time, and compare the results.",
    )),
    Field("feelings", cue("sad", "lonely", "broke up", "girlfriend", "boyfriend", "husband", "wife", "friend",
                          "angry", "anxious", "stress~",
                          "grief", "jealous", "love", "de-stress", "birthday for the", "nervous"), (
        "It makes sense that this weighs on you.",
        "Say what happened and how it was for you, without guessing at what they meant.",
        "Pick a calm hour for it, and ask for one thing that you would like to be different.",
        "A walk, a meal and a night's sleep change how most things look.",
        "If it stays heavy for weeks, talking with a counsellor is a good next step.",
    )),
    Field("parenting", cue("my (?:son|daughter|kids?|child(?:ren)?|toddler|baby)", "parents?", "teenagers?", "kids",
                           "children"), (
        "Name what you see and wait a moment, because children often explain it themselves.",
        "Keep one rule and keep it every time; three rules are soon forgotten.",
        "Praise the effort and not the result.",
        "What works changes from year to year, so try it again in a few months.",
    )),
    Field("persuasion", cue("sell~", "advert~", "slogan", "persua~", "convince", "shop page", "marketing", "campaign",
                            "product", "buy"), (
        "Name the one thing that the reader gains, in the words they would use.",
        "Give a reason that can be checked, such as a price, a measure or a date.",
        "Say plainly what it is not good for; readers trust the rest more for it.",
        "End with one small step that they can take.",
    )),
)
