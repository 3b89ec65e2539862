"""Words that tell nothing about what a prompt is about."""

from __future__ import annotations

from constitution.providers.simulator.language import STOP, word_set

VAGUE = STOP | word_set("""
actually add already also always answer answers anything apart arrive arrived ask asked asking asks bad based
been begin best better big bit both brainstorm bring build buy call came can't cancel canceled changed choose
classify come comes complete compose contain contains convert cook correct could create day days decide describe
detect determine didn't difference different discuss doesn doesn't don don't draft e-mail email ended enjoy
enough everybody everyone everything example examples explain explaining facts feel feels few fill find first
five fix following forget forgot four friendly funny generate getting given gives going good gotten great haiku
half happen happens happy hard hasn't haven't he's hello help helps here hey hi honestly however i'd i'll i've
idea ideas identify im include includes instead isn isn't it's joke jokes keep know known last leave let let's
letter likes list little long look looking looks lose lost lot love made main makes making many mean means
message might minute minutes morning must need needs never new nice note now number okay old one ones only
output paragraph part people person person's piece plan please poem possible post predict presented prove proved
proves provide question questions quick quickly quietest quite read ready really receives recommend remember
reply rest rewrite right sad said same say says scene see seeing sees select sentence sentences several she's
short should show shows since solve somebody someone something soon speak stand start starts still stop story
suggest suggestions sum sure take talk talks task tell text thank thanks that's there's they're think thought
three time times title today tomorrow tonight too took try turn turns two understand until use used using visit
want wanted wants wasn't we're week weeks what's where's whether who's will wish without won't word words work
works worth would write writes writing written wrong wrote year years yep yes yesterday yet you're yourself
""")
"""Small words, common verbs, and the names of what people ask for."""
