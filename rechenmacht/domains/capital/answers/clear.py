"""The answer to the question clear."""

from __future__ import annotations

from rechenmacht.answers.answer import Answer, Table
from rechenmacht.answers.question import Told
from rechenmacht.domains.capital import clearing, network_file, questions, rows
from rechenmacht.evidence.base import Base


def clear(asked: questions.Clear, base: Base, told: Told) -> Answer:
    """Clear a network of dues."""
    given = network_file.network(asked.network, asked.case)
    found = clearing.clear(given.dues, given.cash, given.external, given.alpha, given.beta)
    paid, fails = found.paid.tolist(), found.default.astype(int).tolist()
    owed, turns = found.owed.tolist(), found.round.tolist()
    lines = [
        {"node": name, "p": p, "owed": due, "default": bool(fail), "round": turn + 1 if fail else None}
        for name, p, due, fail, turn in zip(given.names, paid, owed, fails, turns, strict=True)
    ]
    rounds = [[i for i, turn in enumerate(turns) if turn == k] for k in range(max(turns) + 1)]
    values = {"p": paid, "default": fails, "owed": owed, "rounds": rounds, "names": list(given.names)}
    return Answer(asked, values, (Table("nodes", rows.Node, lines, machine=False),))
