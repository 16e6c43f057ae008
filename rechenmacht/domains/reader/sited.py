"""Sites told by their place, with whose they are or what they are one of: `Microsoft's Fairwater site in Wisconsin`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rechenmacht.domains.reader.tokens import Text
from rechenmacht.domains.reader.words import words

_NEAR = 4  # tokens between a place and the word for a site, or the name of its family
_LETTERS = 4  # of a place's name at least
Place = tuple[str, ...]


def places(names: Mapping[str, Iterable[Place]], owners: Mapping[str, frozenset[str]]) -> dict[Place, tuple[str, ...]]:
    """Return by place the sites that are there: what is left of their names without owner, family and common words.

    Args:
        names: by site its names, as words.
        owners: by site the words of its owners' names.
    """
    found: dict[Place, set[str]] = {}
    generic, families = words("judging.sites.nouns") | words("judging.sites.generic"), words("judging.sites.families")
    for site, rows in names.items():
        for row in rows:
            left = tuple(one for one in row if one not in owners[site] and one not in families and one not in generic)
            if left and left != row and all(one.isalpha() for one in left) and len("".join(left)) >= _LETTERS:
                found.setdefault(left, set()).add(site)
    return {place: tuple(sorted(sites)) for place, sites in found.items()}


class Sited:
    """Finds sites that are told by their place."""

    def __init__(
        self, families: Mapping[str, str], owned: Mapping[str, frozenset[str]], firms: Mapping[str, str]
    ) -> None:
        """Keep what is known of sites.

        Args:
            families: by site the first word of its name, where others bear it too.
            owned: by site the firms whose it is.
            firms: the firms whose name is one word, by that.
        """
        self.firms = firms
        self.families, self.owned, self.family_words = families, owned, frozenset(families.values())

    def chosen(self, text: Text, span: tuple[int, int], sites: tuple[str, ...], told: frozenset[str]) -> str:
        """Return the one site that a place stands for beside what is told around it and before, or nothing.

        Args:
            text: the article.
            span: the tokens of the place.
            sites: the sites there.
            told: the firms and sites named last.
        """
        begin, end = text.sentences[text.tokens[span[0]].sentence]
        around = [*range(max(begin, span[0] - _NEAR), span[0]), *range(span[1], min(end, span[1] + _NEAR))]
        said = {text.low(k) for k in around}
        families = said & self.family_words
        if not families and not self._site_told(text, around):
            return ""
        if not families.isdisjoint(self.families.get(one, "") for one in sites):
            fit = [one for one in sites if self.families.get(one, "") in families]
        else:
            behind = {self.firms[low] for low in said if low in self.firms}  # `the Wisconsin campus of Microsoft`
            owners = behind.union(told, *(self.owned.get(one, frozenset()) for one in told))
            fit = [one for one in sites if not self.owned[one].isdisjoint(owners)]
        return fit[0] if len(fit) == 1 else ""

    @staticmethod
    def _site_told(text: Text, around: list[int]) -> bool:
        """Whether a word for a site stands near, and not one for any site: `a data centre in Nevada`."""
        nouns, some = words("judging.sites.nouns"), words("judging.focus.indefinite")
        for k in around:
            if text.low(k) in nouns and not any(text.low(j) in some for j in range(max(around[0], k - 3), k)):
                return True
        return False
