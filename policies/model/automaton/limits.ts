/**
States a matching automaton keeps at most. A glob of admitted length seldom needs more than its
own length in states; a hostile one (`*a????????????`) could need thousands. At the bound the
table is emptied and filled again, so memory stays bounded and matching stays linear.
*/
export const maxMatcherStates = 256;
