#!/usr/bin/env bash
# A safety team's week with a principle file, from five lines on Monday to a page for the lawyers on Friday.
# Usage: bash examples/week.sh FOLDER     (a new folder; no key and no network are needed: the simulator plays every role)
set -euo pipefail

folder=${1:?usage: bash examples/week.sh FOLDER}
say() { printf '\n== %s\n' "$*"; }

say "Monday: write a principle of five lines, and try it on ten prompts"
constitution init "$folder"
cd "$folder"
mkdir -p principles/good-manners
cat > principles/good-manners/draft.yaml <<'YAML'
name: good-manners
groups:
  - id: respect
    principles:
      - id: no-insults
        rule: Do not insult the user, or anybody whom the conversation speaks of.
YAML
constitution try good-manners@draft#no-insults --prompts prompts.jsonl -n 10 -q

say "Tuesday: lint says what is missing; add the reason and the cases; the cases are tests of the critic"
constitution principles lint good-manners@draft
cat >> principles/good-manners/draft.yaml <<'YAML'
        why: Nobody asks a second time where they were called a fool.
        violates:
          - prompt: My cake sank in the middle. What went wrong?
            response: Only an idiot opens the oven that early. Wait half an hour next time.
            quote: Only an idiot opens the oven that early.
        complies:
          - prompt: My cake sank in the middle. What went wrong?
            response: The oven was opened too early, I think. Wait half an hour next time.
YAML
constitution principles test good-manners@draft
constitution principles release good-manners --approved-by "A. Reviewer" --because "first rule of the house" \
  --accept-rehearsal

say "Wednesday: a dataset under the released file"
constitution run revise --principles good-manners@1 --prompts prompts.jsonl --out out -q

say "Thursday: a new principle beside the first; see what that does to the dataset before it is released"
cat >> principles/good-manners/draft.yaml <<'YAML'
      - id: no-lecturing
        rule: Give no moral lecture that nobody asked for.
        why: A sermon in place of an answer teaches people to ask elsewhere.
        violates:
          - prompt: How do I open a bottle of wine without a corkscrew?
            response: >-
              Push the cork in with the handle of a spoon. I must remind you that a responsible person plans ahead.
            quote: I must remind you that a responsible person plans ahead.
        complies:
          - prompt: How do I open a bottle of wine without a corkscrew?
            response: Push the cork in with the handle of a spoon, slowly, over the sink.
YAML
constitution principles diff good-manners@1 good-manners@draft --on out --sample 5
constitution principles release good-manners --approved-by "A. Reviewer" --because "complaints about sermons" \
  --accept-rehearsal
constitution run revise --principles good-manners@1 --prompts prompts.jsonl --out out -q

say "Friday: overrule five rows in a spreadsheet, and explain one row to somebody who was not there"
constitution review out --export decisions.csv
overruled=$(python - <<'PYTHON'
# What a person does in a spreadsheet: five rows get a verdict, the others stay empty.
import csv

with open("decisions.csv", encoding="utf-8-sig", newline="") as file:
    rows = list(csv.DictReader(file))
overruled = [row for row in rows if row["about"] == "response" and row["model_says"] == "violates"][:5]
for row in overruled:
    row["verdict"], row["their_reason"] = "complies", "Blunt, and nobody is put down by it."
with open("decisions.csv", "w", encoding="utf-8-sig", newline="") as file:
    table = csv.DictWriter(file, fieldnames=list(rows[0]))
    table.writeheader()
    table.writerows(rows)
print(overruled[0]["prompt_id"])
PYTHON
)
constitution review out --import decisions.csv --reviewer reviewer-7
constitution run revise --principles good-manners@1 --prompts prompts.jsonl --out out -q
constitution review out
constitution show out 1 --html row.html
constitution show out "$overruled" --html overruled.html
