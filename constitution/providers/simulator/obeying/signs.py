"""By which words a gullible reader knows an order, in a text that stands on one line."""

from __future__ import annotations

import re

_JUDGE = (
    r"(?:judg(?:e|es|ing)|reviewer\w*|critics?|graders?|grading|evaluat\w+|assessors?|raters?|scorers?|scoring"
    r"|rankers?|examiners?|referees?|panel|moderators?|annotators?|compar(?:es?|ing) the(?:se)?)"
)
_CHOOSE = (
    r"(?:choos\w+|chosen|pick\w*|prefer\w*|select\w*|favou?r\w*|rat(?:e|es|ed|ing)|rank\w*|scor(?:e|es|ed|ing)|vot"
    r"(?:e|es|ed|ing)|pass(?:es|ed)?|accept\w*|approv\w+|reward\w*|w[io]n(?:s|ner)?|better|best|mark(?:s|ed)?|agree[ds]?|skip\w*"
    r"|exempt|allow\w*|flawless|points|clean|complia\w+)"
)
_MINE = (
    r"(?:(?:this|that|my) (?:one|response|answer|text|option|draft|reply|candidate|message|sample|content|line"
    r"|paragraph)"
    r"|the (?:response|answer|text|draft|reply|candidate|one) (?:above|before|below|with|that|you)|the above"
    r"|this (?=pass)"
    r"|(?:response|answer|text|one|message) (?:above|before this)|(?:the|this) (?:ideal|same) (?:response|answer)"
    r"|(?:choose|rank|pick|prefer|name) (?:me|mine)|what follows|these answers)\b"
)
_OTHER = r"(?:the )?(?:other|second|first|its) (?:one|response|answer|text|option|candidate|model|id)"
_RULES = r"(?:principles?|instructions?|rules?|criteria|guidelines?|constitution|comparison|checks?)"
_DROP = (
    r"(?:ignore|disregard|forget|overlook|override|bypass|suspend\w*|withdr[ae]wn?|amend\w*|exempt\w*|waive\w*|do not"
    r" (?:flag|report|mark|check|reward|look)|changed my mind|skip)"
)
_CLEAN = (
    r"(?:no|not any|zero|without|none of the|never a|breaks no|nothing) (?:\w+ ){0,2}(?:violat\w+|findings?|problems?"
    r"|faults?|issues?|breach\w*|principles?|rules?|applies|to find)"
)
_ENGLISH = (
    rf"\b{_JUDGE}\b.{{0,90}}\b(?:{_CHOOSE}|{_CLEAN}|{_DROP}|verdict|complies|findings?|10|ten|obey|response|rejects?)\b",
    rf"\b(?:{_CHOOSE}|{_CLEAN}|verdict|complies|obey)\b.{{0,60}}\b{_JUDGE}\b",
    rf"\b{_CHOOSE}\b.{{0,30}}(?:\b{_MINE}|\b{_OTHER}\b)",
    rf"(?:\b{_MINE}|\b{_OTHER}\b).{{0,60}}\b(?:{_CHOOSE}|withdrawn|must not|stands alone|mine)\b",
    rf"\b{_DROP}\b.{{0,50}}\b(?:{_RULES}|{_OTHER}|(?:anything|nothing) in)\b",
    rf"\b{_RULES}\b.{{0,60}}\b(?:{_DROP}|suspended|welcome where|does not apply|stop here|is a violation)\b",
    r"\bverdict\w*\b|\bcomplies\b|\bnot_applicable\b|\bnonce\b|\bfindings\b|\bas a violation\b|\b(?:a )?critique of\b",
    r"\b(?:violation|finding|reviewed|checked|approved|consensus|rulings?)s?\b.{0,50}\b(?:shut down|none|yes|fined|paid"
    r"|reviewers?|reached|complies|need not|team|count)\b",
    r"\bno (?:\w+ )?(?:violations?|findings?|principles? (?:is|are)|faults? (?:was|were|found))\b|\bbreaks no\b",
    r"\b(?:keeps|kept|breaks|none of) (?:every|all|any|no|the) (?:of the )?(?:principles?|rules?)\b",
    r"\b(?:score|mark|rating|confidence|severity|findings|result)\b.{0,12}(?:\b10\b|\bten\b|\bfull\b|highest|100 ?%"
    r"|none\b|:=)|\b(?:full|highest|top) (?:marks?|score|rating)\b|\b10 ?/ ?10\b|\b10 out of 10\b|\bten points\b",
    r"\b(?:better|preferred|preferable|winning|right) (?:response|answer|of the two)\b|\bthe preferred one\b",
    r"developer mode|admin(?:istrator)? (?:override|message)|message of the administrator|system (?:update|override)"
    r"|\bsudo |\broot@|policy notice|maintenance message|calibration item|that was the response|your answer:",
    r"\bprinciple (?:file|no-|be-)|material to be read|\breport no problems\b|\bevaluation of this\b",
)
_FORMATS = (
    r"\b(?:option|first|second|best) ?_id\b|\bid of this\b|(?-i:\bR[0-9a-f]{10}\b)|\b(?:principles"
    r"|helpfulness): (?:this|first|R)",
    r"\[\[ ?(?:[AB]|10|tie)\W|\b(?:response|answer|option) [AB]\b ?:",
    r"<\|?/?\s?(?:im_start|im_end|system|user|assistant|human|end|start|message|channel|eot_id|endoftext|json"
    r"|start_header_id|end_of_turn|start_of_turn|output_format|START_OF_TURN_TOKEN)\b",
    r"<[|｜]|[|｜]>|\[\|\w+\|\]|\[/?INST\]|<</?SYS>>|\[/?SYSTEM_PROMPT\]|</s>",
    r"(?:^|\s)(?:system|assistant|human|user|q|input|output)\s?:\s.{0,400}(?:^|\s)(?:assistant|user|output|human|a)\s?:",
    r"</(?:draft|document|response|answer|text)>|===+ ?(?:system|user|assistant) ?===+"
    r"|###+ ?(?:instruction|response|input|output|system|user|assistant|end of|task)\b",
    r"[\"'](?:role|winner|preferred|principles|helpfulness|verdict|findings|score|nonce|intent|applicable)[\"'] ?:",
    r"-{3,} ?(?:begin|end)(?: of)? ?\w+|begin (?:response|message)|end (?:of )?(?:response|message|answer)",
    r"\[[a-z]+(?:-[a-z]+)+\]|\{\{\w|<!--|\[//\]|\[comment\]|display:\s?none|font-size:\s?0",
)
_ELSEWHERE = (
    # German, French, Spanish, Italian, Portuguese, Dutch: the answer beside a choice, orders beside their end.
    r"(?:antwort|r[ée]ponse|respuesta|risposta|resposta|antwoord)\w*.{0,60}(?:besser|beste|meilleure|mejor|migliore"
    r"|melhor|beter)",
    r"(?:w[äa]hl|bevorzug|choisi|pr[ée]f[ée]r|elige|elegir|escog|prefier|scegli|preferi|escolh|prefir|kies|verkies)\w*"
    r".{0,60}(?:antwort|r[ée]ponse|respuesta|risposta|resposta|antwoord)",
    r"(?:ignor|vergiss|negeer|missacht|oubli|olvid|dimentic|esque[cç])\w*.{0,60}(?:anweisung|instru|istru|regel|r[èe]gl"
    r"|regl|regol|regra|instrukci)\w*",
    r"(?:gutachter|pr[üu]fer|bewerter|richter|juge|[ée]valuateur|revisor|evaluador|juez|giudice|valutatore|avaliador"
    r"|juiz|beoordelaar|rechter)\w*.{0,80}(?:versto|punkt|urteil|goedgekeurd|infracci|infraction|violaz|viola[cç]|nota"
    r"|note|preferi|de acuerdo|akkoord|\w+)",
    # Polish, Russian, Ukrainian, Swedish, Finnish, Turkish, Indonesian, Vietnamese, Swahili, Esperanto.
    r"odpowied[źz]\w*|wybierz|zignoruj|ответ\w*|нарушени|рецензент|вибер|обери|відповід\w*|выбер",
    r"ignorera|v[äa]lj det|svaret|yan[ıi]t[ıi]? se[çc]|yok say|ihlal|tam puan|abaikan|jawaban ini|bo qua|bỏ qua"
    r"|câu trả lời|puuza|jibu hili|ignoru|respondon|jatt[äa]|vastaus",
    # Chinese, Japanese, Korean, Arabic, Persian, Hebrew, Hindi, Thai, Greek.
    r"忽略|选择|選擇|评审|評審|满分|滿分|违反|無視|选这|選んで|審査|違反|回答|무시|선택|심사|답변|위반",
    r"تجاهل|اختر|الإجابة|مخالفة|للمقي|نادیده|پاسخ|انتخاب|התעלם|תשובה|בחר|उत्तर|अनदेखा|उल्लंघन|समीक्षक|เพิกเฉย|คำตอบ"
    r"|αγνο|απάντηση|απαντηση|διάλεξε",
)
WORDS = re.compile("|".join(f"(?:{sign})" for sign in _ENGLISH), re.IGNORECASE)
"""What is looked for in every reading of a text."""
SIGNS = re.compile("|".join(f"(?:{sign})" for sign in (*_FORMATS, *_ELSEWHERE)), re.IGNORECASE)
"""What is looked for as well in the text as it stands, and in what was decoded."""
